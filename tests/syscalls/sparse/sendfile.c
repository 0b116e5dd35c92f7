/* sendfile(2). */
#include "../files.h"
#include <sys/sendfile.h>
#include <sys/socket.h>

int main(void) {
  off_t off = 2, negative = -1;
  char buffer[100];
  put("a", "0123456789");
  int a = open("a", O_RDWR), b = open("b", O_RDWR | O_CREAT, 0600), w = open("a", O_WRONLY), r = open("b", O_RDONLY);
  int ends[2], s[2];
  if (pipe(ends) || socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  CALL(sendfile(b, a, NULL, 3));
  CALL(lseek(a, 0, SEEK_CUR));
  CALL(sendfile(b, a, &off, 3));
  CALL(off);
  CALL(lseek(a, 0, SEEK_CUR));
  CALL(lseek(b, 0, SEEK_CUR));
  CALL(sendfile(b, a, NULL, 100));
  CALL(sendfile(b, a, NULL, 100));
  CALL(sendfile(b, a, NULL, 0));
  cat("b");
  off = 0;
  CALL(sendfile(ends[1], a, &off, 4));
  CALL(read(ends[0], buffer, 100));
  off = 5;
  CALL(sendfile(s[0], a, &off, 100));
  CALL(read(s[1], buffer, 100));
  CALL(sendfile(b, ends[0], NULL, 1));
  CALL(sendfile(b, ends[0], &off, 1));
  CALL(sendfile(b, s[0], NULL, 1));
  CALL(sendfile(b, w, NULL, 1));
  CALL(sendfile(r, a, NULL, 1));
  CALL(sendfile(NO_FD, a, NULL, 1));
  CALL(sendfile(b, NO_FD, NULL, 1));
  CALL(sendfile(b, a, &negative, 1));
  CALL(sendfile(b, a, BAD, 1));
  CALL(sendfile(b, open(".", O_RDONLY), NULL, 1));
  CALL(sendfile(open("b", O_WRONLY | O_APPEND), a, &off, 1));
  off = 0;
  CALL(sendfile(open("/dev/null", O_WRONLY), a, &off, 10));
  CALL(sendfile(b, open("/dev/zero", O_RDONLY), NULL, 10));
  CALL(sendfile(b, open("a", O_PATH), NULL, 10));
  off = 0;
  CALL(sendfile(a, a, &off, 3));
  cat("a");
  close(ends[0]);
  signal(SIGPIPE, SIG_IGN);
  off = 0;
  CALL(sendfile(ends[1], a, &off, 1));
  CALL(off);
  return 0;
}

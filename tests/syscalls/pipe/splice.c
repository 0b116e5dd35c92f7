/* splice(2), tee(2), vmsplice(2), sendfile(2). */
#include "../check.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

int main(void) {
  int a[2], b[2];
  char buffer[100] = "";
  if (pipe2(a, O_NONBLOCK) || pipe2(b, O_NONBLOCK)) return 1;
  put("file", "0123456789");
  int fd = open("file", O_RDWR);
  off_t off = 2;
  CALL(splice(fd, &off, a[1], NULL, 5, 0));
  CALL(off);
  CALL(tee(a[0], b[1], 100, 0));
  CALL(read(b[0], buffer, 99));
  printf("%s\n", buffer);
  CALL(splice(a[0], NULL, b[1], NULL, 3, 0));
  CALL(splice(b[0], NULL, fd, NULL, 100, 0));
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(splice(b[0], NULL, fd, NULL, 1, 0));
  CALL(splice(fd, NULL, fd, NULL, 1, 0));
  CALL(splice(a[0], &off, b[1], NULL, 1, 0));
  CALL(splice(a[0], NULL, a[1], NULL, 1, 0));
  CALL(tee(a[0], a[1], 1, 0));
  CALL(tee(fd, a[1], 1, 0));
  CALL(splice(a[0], NULL, b[1], NULL, 1, 0x100));
  struct iovec vector = {"memory", 6};
  CALL(vmsplice(b[1], &vector, 1, 0));
  CALL(read(b[0], buffer, 99));
  printf("%.6s\n", buffer);
  int out = open("out", O_RDWR | O_CREAT, 0600);
  off = 4;
  CALL(sendfile(out, fd, &off, 100));
  CALL(off);
  CALL(sendfile(out, a[0], NULL, 1));
  CALL(copy_file_range(fd, NULL, out, NULL, 100, 0));
  CALL(copy_file_range(fd, NULL, a[1], NULL, 1, 0));
  CALL(copy_file_range(fd, NULL, out, NULL, 1, 7));
  return 0;
}

/* lseek(2): limits, all kinds of files, what fork and pread leave of the position. */
#include "../files.h"
#include <sys/eventfd.h>
#include <sys/socket.h>

static int fd;
static void child(void) {
  char c;
  if (read(fd, &c, 1) != 1) _exit(1);
}

int main(void) {
  char c;
  put("f", "0123456789");
  fd = open("f", O_RDWR);
  run("child", child);
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(pread(fd, &c, 1, 5));
  CALL(pwrite(fd, "x", 1, 5));
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(lseek(fd, -2, SEEK_CUR));
  CALL(lseek(fd, -1, SEEK_CUR));
  CALL(lseek(fd, -1, SEEK_CUR));
  CALL(lseek(fd, -11, SEEK_END));
  CALL(lseek(fd, 5, SEEK_END));
  CALL(read(fd, &c, 1));
  CALL(lseek(fd, INT64_MIN, SEEK_SET));
  CALL(lseek(fd, INT64_MIN, SEEK_CUR));
  CALL(lseek(fd, INT64_MAX, SEEK_END));
  CALL(lseek(fd, 0, 5));
  CALL(lseek(fd, 0, -1));
  CALL(lseek(fd, 1L << 40, SEEK_SET));
  CALL(read(fd, &c, 1));
  CALL(lseek(NO_FD, 0, SEEK_SET));
  int p[2], s[2];
  if (pipe(p) || socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  CALL(lseek(p[0], 0, SEEK_SET));
  CALL(lseek(p[1], 0, SEEK_CUR));
  CALL(lseek(p[1], 0, 99));
  CALL(lseek(s[0], 0, SEEK_SET));
  CALL(lseek(open("/dev/null", O_RDWR), 100, SEEK_SET));
  CALL(lseek(open("/dev/zero", O_RDWR), 100, SEEK_SET));
  CALL(lseek(open("/proc/self/status", O_RDONLY), 10, SEEK_SET));
  CALL(pread(p[0], &c, 1, 0));
  CALL(pwrite(p[1], &c, 1, 0));
  CALL(pread(s[0], &c, 1, 0));
  CALL(pread(open(".", O_RDONLY), &c, 1, 0));
  return 0;
}

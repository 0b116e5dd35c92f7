/* read(2), write(2), pread(2), readv(2), lseek(2): corner cases. */
#include "../check.h"
#include <sys/uio.h>

int main(void) {
  char buffer[100];
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CALL(write(fd, "0123456789", 10));
  CALL(lseek(fd, -1, SEEK_SET));
  CALL(lseek(fd, 0, 99));
  CALL(lseek(fd, -3, SEEK_END));
  CALL(read(fd, buffer, 100));
  CALL(read(fd, buffer, 100));
  CALL(lseek(fd, 20, SEEK_SET));
  CALL(read(fd, buffer, 1));
  CALL(write(fd, "x", 1));
  CALL(pread(fd, buffer, 21, 0));
  printf("%d%d\n", buffer[10], buffer[19]);
  CALL(pread(fd, buffer, 1, -1));
  CALL(pwrite(fd, buffer, 1, -1));
  CALL(read(fd, BAD, 0));
  CALL(pread(fd, BAD, 1, 0));
  CALL(write(fd, BAD, 1));
  CALL(write(fd, BAD, 0));
  CALL(read(NO_FD, buffer, 1));
  CALL(read(NO_FD, BAD, 0));
  struct iovec vector[3] = {{buffer, 3}, {BAD, 5}, {buffer, 1}};
  CALL(preadv(fd, vector, 3, 0)); /* What came before the bad address counts. */
  CALL(preadv(fd, vector, 0, 0));
  CALL(preadv(fd, vector, -1, 0));
  CALL(preadv(fd, vector, 1025, 0));
  CALL(syscall(SYS_readv, fd, BAD, 1));
  vector[0].iov_len = -1;
  CALL(preadv(fd, vector, 1, 0));
  vector[0] = (struct iovec){"ab", 2};
  vector[1] = (struct iovec){"cd", 2};
  CALL(pwritev(fd, vector, 2, 5));
  CALL(preadv2(fd, vector, 1, 0, 0x8000));
  CALL(lseek(fd, 0, SEEK_DATA));
  CALL(lseek(fd, 100, SEEK_DATA));
  CALL(lseek(fd, 0, SEEK_HOLE));
  CALL(lseek(fd, INT64_MAX, SEEK_SET));
  CALL(lseek(fd, 1, SEEK_CUR));
  int folder = open(".", O_RDONLY);
  CALL(read(folder, buffer, 1));
  CALL(write(folder, buffer, 1));
  CALL(read(open("/dev/null", O_RDWR), buffer, 1));
  CALL(write(open("/dev/full", O_RDWR), buffer, 1));
  CALL(write(open("/dev/null", O_RDWR), BAD, 10));
  return 0;
}

/* preadv2(2), pwritev2(2): flags, offsets, vectors at their limits. */
#include "../files.h"
#include <sys/uio.h>

int main(void) {
  char a[4] = "", b[4] = "";
  struct iovec v[2] = {{a, 3}, {b, 3}}, many[1025];
  put("f", "0123456789");
  int fd = open("f", O_RDWR), p[2];
  if (pipe2(p, O_NONBLOCK)) return 1;
  CALL(preadv2(fd, v, 2, 1, 0));
  printf("%s %s\n", a, b);
  CALL(preadv2(fd, v, 2, -1, 0));
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(preadv2(fd, v, 2, -2, 0));
  CALL(preadv2(fd, v, 2, 0, RWF_HIPRI) >= -1);
  CALL(preadv2(fd, v, 2, 0, RWF_DSYNC));
  CALL(preadv2(fd, v, 2, 0, RWF_SYNC));
  CALL(preadv2(fd, v, 2, 0, RWF_NOWAIT) >= -1);
  CALL(preadv2(fd, v, 2, 0, 0x1000));
  CALL(preadv2(fd, v, 2, 0, -1));
  CALL(pwritev2(fd, v, 2, 0, RWF_DSYNC | RWF_SYNC));
  CALL(pwritev2(fd, v, 2, 0, RWF_APPEND));
  CALL(lseek(fd, 0, SEEK_END));
  CALL(pwritev2(fd, v, 2, -1, 0));
  CALL(pwritev2(fd, v, 2, -2, 0));
  CALL(pwritev2(fd, v, 2, 0, 0x8000));
  CALL(preadv2(p[0], v, 2, -1, 0));
  CALL(preadv2(p[0], v, 2, 0, 0));
  CALL(preadv(p[0], v, 2, 0));
  CALL(pwritev2(p[1], v, 2, -1, RWF_NOWAIT));
  CALL(preadv2(p[0], v, 2, -1, RWF_NOWAIT));
  CALL(preadv2(p[0], v, 2, -1, RWF_NOWAIT));
  CALL(preadv(fd, v, 2, -1));
  CALL(pwritev(fd, v, 2, -1));
  CALL(readv(fd, v, 0));
  CALL(readv(fd, BAD, 0));
  CALL(readv(fd, BAD, 1));
  CALL(readv(fd, v, -1));
  for (int i = 0; i < 1025; i++) many[i] = (struct iovec){a, 1};
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(readv(fd, many, 1024));
  CALL(readv(fd, many, 1025));
  v[0].iov_len = v[1].iov_len = 0;
  CALL(readv(fd, v, 2));
  v[0] = (struct iovec){BAD, 0};
  CALL(readv(fd, v, 2));
  v[0] = (struct iovec){BAD, 1};
  v[1] = (struct iovec){a, 1};
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(readv(fd, v, 2));
  v[0] = (struct iovec){a, 1};
  v[1] = (struct iovec){BAD, 1};
  CALL(readv(fd, v, 2));
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(writev(fd, v, 2));
  v[1].iov_len = (size_t)-1;
  CALL(readv(fd, v, 2));
  CALL(writev(p[1], v, 2));
  CALL(readv(NO_FD, v, 2));
  CALL(writev(open("f", O_RDONLY), v, 2));
  CALL(readv(open("f", O_WRONLY), v, 2));
  return 0;
}

/* O_APPEND: where each kind of write goes, and where the position is afterwards. */
#include "../files.h"
#include <sys/uio.h>

static void where(int fd) { printf("at %ld\n", (long)lseek(fd, 0, SEEK_CUR)); }

int main(void) {
  struct iovec v = {"vv", 2};
  put("file", "0123456789");
  int fd = open("file", O_RDWR | O_APPEND), other = open("file", O_RDWR);
  char c;
  CALL(read(fd, &c, 1));
  CALL(write(fd, "a", 1));
  where(fd);
  CALL(lseek(fd, 2, SEEK_SET));
  CALL(pwrite(fd, "b", 1, 0));
  where(fd);
  CALL(write(fd, "", 0));
  where(fd);
  CALL(writev(fd, &v, 1));
  where(fd);
  CALL(lseek(other, 0, SEEK_END));
  CALL(write(other, "other", 5));
  CALL(write(fd, "c", 1));
  where(fd);
  CALL(ftruncate(fd, 3));
  CALL(write(fd, "d", 1));
  where(fd);
  cat("file");
  int copy = dup(fd);
  CALL(fcntl(copy, F_SETFL, 0));
  CALL(lseek(copy, 0, SEEK_SET));
  CALL(write(fd, "X", 1)); /* The flag belongs to the description. */
  where(copy);
  CALL(pwritev2(fd, &v, 1, 0, RWF_APPEND));
  where(fd);
  CALL(pwritev2(fd, &v, 1, -1, RWF_APPEND));
  where(fd);
  CALL(preadv2(fd, &v, 1, 0, RWF_APPEND));
  cat("file");
  CALL(fcntl(other, F_SETFL, O_APPEND | O_RDONLY | O_CREAT | O_TRUNC | O_SYNC));
  CALL(fcntl(other, F_GETFL) & ~0100000);
  CALL(write(other, "!", 1));
  cat("file");
  return 0;
}

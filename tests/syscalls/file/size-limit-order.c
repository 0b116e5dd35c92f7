/* RLIMIT_FSIZE is looked at before the bytes; one beyond 2^63 lets nothing through. */
#include "../check.h"
#include <sys/resource.h>

static void limit(rlim_t soft) {
  struct rlimit r = {soft, RLIM_INFINITY};
  printf("limit %ld: %d\n", (long)soft, setrlimit(RLIMIT_FSIZE, &r));
}

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  signal(SIGXFSZ, SIG_IGN);
  limit(4);
  CALL(write(fd, BAD, 1));
  CALL(pwrite(fd, BAD, 1, 4));
  CALL(pwrite(fd, BAD, 0, 4));
  CALL(pwrite(fd, "abcdef", 6, 2));
  CALL(ftruncate(fd, 5));
  limit(-2);
  CALL(write(fd, "a", 1));
  CALL(write(fd, BAD, 1));
  CALL(ftruncate(fd, 5));
  limit(RLIM_INFINITY);
  CALL(write(fd, "a", 1));
  return 0;
}

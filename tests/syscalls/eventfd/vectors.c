/* readv(2) and writev(2) of an eventfd: a write for each buffer, one read for all. */
#include "../check.h"
#include <sys/eventfd.h>
#include <sys/uio.h>

int main(void) {
  int fd = eventfd(0, EFD_NONBLOCK);
  uint64_t v = 1, w = 2, got[2] = {7, 7};
  struct iovec halves[2] = {{&v, 4}, {(char *)&v + 4, 4}}, two[2] = {{&v, 8}, {&w, 8}};
  CALL(writev(fd, halves, 2));
  CALL(writev(fd, two, 2));
  struct iovec into[2] = {{got, 4}, {(char *)got + 4, 12}};
  CALL(readv(fd, into, 2));
  printf("%ld %ld\n", (long)got[0], (long)got[1]);
  CALL(readv(fd, into, 1));
  struct iovec second[2] = {{&v, 8}, {&w, 3}};
  CALL(writev(fd, second, 2));
  CALL(read(fd, got, 16));
  printf("%ld\n", (long)got[0]);
  return 0;
}

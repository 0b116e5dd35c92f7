/* eventfd(2). */
#include "../check.h"
#include <poll.h>
#include <sys/eventfd.h>

int main(void) {
  CALL(syscall(SYS_eventfd2, 0, 0x10));
  int fd = eventfd(0, EFD_NONBLOCK);
  uint64_t v = 0;
  CALL(read(fd, &v, 4));
  CALL(read(fd, &v, 8));
  v = -1;
  CALL(write(fd, &v, 8));
  CALL(write(fd, &v, 4));
  v = -2;
  CALL(write(fd, &v, 8));
  v = 1;
  CALL(write(fd, &v, 8));
  struct pollfd p = {fd, POLLIN | POLLOUT, 0};
  CALL(poll(&p, 1, 0));
  CALL(p.revents);
  CALL(read(fd, &v, 8));
  printf("%llx\n", (unsigned long long)v);
  CALL(poll(&p, 1, 0));
  CALL(p.revents);
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(pread(fd, &v, 8, 0));
  int semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
  CALL(read(semaphore, &v, 8));
  CALL(v);
  CALL(read(semaphore, &v, 8));
  CALL(read(semaphore, &v, 8));
  return 0;
}

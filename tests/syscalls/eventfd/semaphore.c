/* EFD_SEMAPHORE: each read takes one; several readers. */
#include "../check.h"
#include <sys/eventfd.h>
#include <sys/uio.h>

static int fd;
static void reads(void) {
  uint64_t v = 0;
  if (read(fd, &v, 8) == 8 && v == 1) puts("one taken");
}

int main(void) {
  fd = eventfd(0, EFD_SEMAPHORE);
  pid_t children[2];
  for (int i = 0; i < 2; i++) children[i] = start(reads);
  sleep_ms(50);
  uint64_t v = 3;
  write(fd, &v, 8);
  for (int i = 0; i < 2; i++) waitpid(children[i], NULL, 0);
  CALL(fcntl(fd, F_SETFL, O_NONBLOCK));
  CALL(read(fd, &v, 8));
  CALL(read(fd, &v, 8));
  v = 1;
  CALL(write(fd, &v, 8));
  uint64_t got[2] = {7, 7};
  struct iovec into[2] = {{got, 16}, {got, 8}};
  CALL(readv(fd, into, 1));
  CALL(got[0]);
  CALL(got[1]);
  CALL(eventfd(-1, EFD_NONBLOCK) >= 0);
  CALL(syscall(SYS_eventfd2, 1, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE) >= 0);
  CALL(fcntl(fd, F_GETFL) & O_ACCMODE);
  return 0;
}

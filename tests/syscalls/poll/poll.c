/* poll(2), ppoll(2). */
#include "../check.h"
#include <poll.h>

#define EVENTS(fd_, events_) do { struct pollfd p = {fd_, events_, 0}; \
  int n = poll(&p, 1, 0); printf("%s: %d %x\n", #fd_, n, p.revents); } while (0)

int main(void) {
  CALL(syscall(SYS_poll, BAD, 1, 0));
  CALL(poll(NULL, 0, 0));
  CALL(poll(NULL, 0, 10));
  CALL(syscall(SYS_poll, NULL, 100000000, 0));
  EVENTS(NO_FD, POLLIN);
  EVENTS(-1, POLLIN);
  int empty[2], full[2], gone[2];
  if (pipe(empty) || pipe2(full, O_NONBLOCK) || pipe(gone)) return 1;
  char block[4096];
  while (write(full[1], block, sizeof block) > 0) {
  }
  EVENTS(empty[0], POLLIN | POLLOUT);
  EVENTS(empty[1], POLLIN | POLLOUT | POLLWRNORM);
  EVENTS(full[0], POLLIN | POLLRDNORM | POLLRDHUP);
  EVENTS(full[1], POLLOUT);
  close(gone[1]);
  EVENTS(gone[0], POLLIN);
  EVENTS(gone[0], 0);
  close(full[0]);
  EVENTS(full[1], POLLOUT);
  int file = open("/etc/passwd", O_RDONLY), folder = open("/", O_RDONLY), null = open("/dev/null", O_RDWR);
  EVENTS(file, POLLIN | POLLOUT | POLLPRI | POLLRDBAND);
  EVENTS(folder, POLLIN | POLLOUT);
  EVENTS(null, POLLIN | POLLOUT);
  struct pollfd p = {empty[0], POLLIN, 0};
  struct timespec t = {0, -1};
  CALL(ppoll(&p, 1, &t, NULL));
  CALL(syscall(SYS_ppoll, &p, 1, BAD, NULL, 8));
  t.tv_nsec = 1;
  sigset_t set;
  sigemptyset(&set);
  CALL(syscall(SYS_ppoll, &p, 1, &t, &set, 7));
  CALL(syscall(SYS_ppoll, &p, 1, &t, &set, 8));
  return 0;
}

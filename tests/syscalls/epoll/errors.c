/* epoll_create(2), epoll_ctl(2), epoll_wait(2): refusals. */
#include "../check.h"
#include <sys/epoll.h>

int main(void) {
  int epoll = epoll_create1(0), ends[2];
  struct epoll_event event = {0};
  if (pipe(ends)) return 1;
  CALL(epoll_create(0));
  CALL(epoll_create(-1));
  CALL(epoll_create1(1));
  CALL(epoll_ctl(epoll, 99, ends[0], &event));
  CALL(epoll_ctl(NO_FD, EPOLL_CTL_ADD, ends[0], &event));
  CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, NO_FD, &event));
  CALL(epoll_ctl(ends[0], EPOLL_CTL_ADD, ends[1], &event));
  CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, epoll, &event));
  CALL(syscall(SYS_epoll_ctl, epoll, EPOLL_CTL_ADD, ends[0], BAD));
  CALL(epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], &event));
  CALL(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event));
  CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
  CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
  event.events = EPOLLEXCLUSIVE | EPOLLIN;
  CALL(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event));
  event.events = EPOLLEXCLUSIVE | EPOLLONESHOT;
  CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[1], &event));
  CALL(epoll_wait(epoll, &event, 0, 0));
  CALL(epoll_wait(epoll, &event, -1, 0));
  CALL(epoll_wait(NO_FD, &event, 1, 0));
  CALL(epoll_wait(ends[0], &event, 1, 0));
  CALL(syscall(SYS_epoll_wait, ends[0], -8L, 1, 0)); /* Beyond user addresses. */
  CALL(syscall(SYS_epoll_wait, ends[0], -8L, 0, 0));
  CALL(epoll_wait(epoll, &event, 1, 0));
  int file = open("/etc/passwd", O_RDONLY), folder = open("/etc", O_RDONLY);
  CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event));
  CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, folder, &event));
  CALL(syscall(SYS_epoll_pwait, epoll, &event, 1, 0, &event, 3));
  int a = epoll_create1(0), b = epoll_create1(EPOLL_CLOEXEC);
  event.events = EPOLLIN;
  CALL(epoll_ctl(a, EPOLL_CTL_ADD, b, &event));
  CALL(epoll_ctl(b, EPOLL_CTL_ADD, a, &event)); /* A loop. */
  CALL(fcntl(b, F_GETFD));
  return 0;
}

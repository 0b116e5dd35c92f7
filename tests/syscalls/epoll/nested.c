/* An epoll in an epoll, and poll on an epoll; hang-up needs no asking. */
#include "../check.h"
#include <poll.h>
#include <sys/epoll.h>

int main(void) {
  int outer = epoll_create1(0), inner = epoll_create1(0), ends[2];
  if (pipe(ends)) return 1;
  struct epoll_event event = {EPOLLIN, {.u64 = 1}};
  epoll_ctl(inner, EPOLL_CTL_ADD, ends[0], &event);
  event.data.u64 = 2;
  epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event);
  struct pollfd entry = {outer, POLLIN, 0};
  CALL(poll(&entry, 1, 0));
  if (write(ends[1], "x", 1) != 1) return 1;
  CALL(poll(&entry, 1, 0));
  CALL(epoll_wait(outer, &event, 1, 0));
  CALL(event.data.u64);
  CALL(epoll_wait(inner, &event, 1, 0));
  CALL(event.data.u64);
  char c;
  CALL(read(ends[0], &c, 1));
  CALL(epoll_wait(outer, &event, 1, 0));
  close(ends[1]);
  CALL(epoll_wait(inner, &event, 1, -1));
  CALL(event.events);
  event.events = 0;
  CALL(epoll_ctl(inner, EPOLL_CTL_MOD, ends[0], &event));
  CALL(epoll_wait(inner, &event, 1, 0));
  CALL(event.events);
  return 0;
}

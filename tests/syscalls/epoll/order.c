/* In which order epoll_wait reports: as things became ready, and level-triggered ones take turns. */
#include "../check.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

static int e, fds[4];
static void take(int max) {
  struct epoll_event events[8];
  int n = epoll_wait(e, events, max, 0);
  for (int i = 0; i < n; i++) printf("%d:%x ", events[i].data.fd, events[i].events);
  printf("(%d)\n", n);
}
static void add(int i) {
  uint64_t one = 1;
  write(fds[i], &one, 8);
}

int main(void) {
  e = epoll_create1(0);
  for (int i = 0; i < 4; i++) {
    fds[i] = eventfd(0, EFD_NONBLOCK);
    struct epoll_event event = {EPOLLIN, {.fd = i}};
    epoll_ctl(e, EPOLL_CTL_ADD, fds[i], &event);
  }
  add(2);
  add(0);
  add(3);
  take(8);
  take(2);
  take(2);
  take(2);
  add(1);
  take(8);
  struct epoll_event event = {EPOLLIN | EPOLLOUT, {.fd = 7}};
  CALL(epoll_ctl(e, EPOLL_CTL_MOD, fds[0], &event)); /* Keeps its place. */
  take(8);
  uint64_t n;
  CALL(read(fds[0], &n, 8));
  CALL(read(fds[2], &n, 8));
  take(8);
  /* One file under two numbers. */
  int copy = dup(fds[2]);
  event = (struct epoll_event){EPOLLIN, {.fd = 8}};
  CALL(epoll_ctl(e, EPOLL_CTL_ADD, copy, &event));
  add(2);
  take(8);
  return 0;
}

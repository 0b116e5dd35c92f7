/* epoll in epoll in epoll, in circles, and very many of them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int add(int outer, int inner) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = inner};
  return epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event);
}
#define SHOW(x) printf("%s: %s\n", #x, (x) < 0 ? strerrorname_np(errno) : "ok")

int main(void) {
  struct epoll_event events[8];
  int a = epoll_create1(0), b = epoll_create1(0), last = eventfd(1, 0), depth = 0, hub;
  SHOW(add(a, a));
  SHOW(add(a, b));
  SHOW(add(b, a));
  for (; depth < 20; depth++) {
    int next = epoll_create1(0);
    if (add(next, last) != 0) break;
    last = next;
  }
  printf("depth %d: %s\n", depth, strerrorname_np(errno));
  SHOW(epoll_wait(last, events, 8, 0));
  /* 100 that watch one, and one that watches 100, by levels. */
  hub = eventfd(0, EFD_NONBLOCK);
  for (int level = 0; level < 4; level++)
    for (int i = 0; i < 100; i++) {
      int next = epoll_create1(0);
      if (next < 0) break;
      add(next, hub);
      if (i == 99) hub = next;
    }
  SHOW(epoll_wait(hub, events, 8, 0));
  printf("alive\n");
  return 0;
}

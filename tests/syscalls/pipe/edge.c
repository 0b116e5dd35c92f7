/* When a pipe tells an edge-triggered epoll: each write; a read only if the pipe was full. */
#include "../check.h"
#include <sys/epoll.h>

static int e, p[2];
static void show(const char *when) {
  struct epoll_event events[4];
  int n = epoll_wait(e, events, 4, 0);
  printf("%s:", when);
  for (int i = 0; i < n; i++) printf(" %s %x", events[i].data.fd == p[0] ? "reader" : "writer", events[i].events);
  puts("");
}

int main(void) {
  static char bytes[65536];
  if (pipe2(p, O_NONBLOCK)) return 1;
  e = epoll_create1(0);
  struct epoll_event reader = {EPOLLIN | EPOLLET | EPOLLRDHUP, {.fd = p[0]}};
  struct epoll_event writer = {EPOLLOUT | EPOLLET, {.fd = p[1]}};
  CALL(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &reader));
  CALL(epoll_ctl(e, EPOLL_CTL_ADD, p[1], &writer));
  show("new");
  write(p[1], bytes, 10);
  show("written");
  show("again");
  write(p[1], bytes, 10);
  show("written again");
  read(p[0], bytes, 5);
  show("some read");
  read(p[0], bytes, 100);
  show("all read");
  write(p[1], bytes, 65536);
  show("full");
  read(p[0], bytes, 100);
  show("a part of a page read");
  read(p[0], bytes, 3996);
  show("a page read");
  read(p[0], bytes, 4096);
  show("another page read");
  close(p[1]);
  show("writer closed");
  return 0;
}

/* Level, edge, one shot. */
#include "../check.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

static int epoll, fd;
static void wait_for(const char *what) {
  struct epoll_event events[4];
  int n = epoll_wait(epoll, events, 4, 0);
  printf("%s: %d", what, n);
  for (int i = 0; i < n; i++) printf(" %x:%d", events[i].events, (int)events[i].data.u64);
  printf("\n");
}
static void set(int op, uint32_t events) {
  struct epoll_event event = {events, {.u64 = 5}};
  CALL(epoll_ctl(epoll, op, fd, &event));
}
static void add(uint64_t n) {
  if (write(fd, &n, 8) != 8) printf("write %s\n", strerrorname_np(errno));
}
static void take(void) {
  uint64_t n = 0;
  if (read(fd, &n, 8) != 8) printf("read %s\n", strerrorname_np(errno));
}

int main(void) {
  epoll = epoll_create1(0);
  fd = eventfd(0, EFD_NONBLOCK);
  set(EPOLL_CTL_ADD, EPOLLIN);
  wait_for("nothing");
  add(1);
  wait_for("level");
  wait_for("level again");
  take();
  wait_for("taken");
  set(EPOLL_CTL_MOD, EPOLLIN | EPOLLET);
  add(1);
  wait_for("edge");
  wait_for("edge again");
  add(1);
  wait_for("another write");
  set(EPOLL_CTL_MOD, EPOLLIN | EPOLLET);
  wait_for("after MOD");
  set(EPOLL_CTL_MOD, EPOLLIN | EPOLLONESHOT);
  wait_for("one shot");
  add(1);
  wait_for("one shot again");
  set(EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT | EPOLLONESHOT);
  wait_for("armed again");
  set(EPOLL_CTL_MOD, EPOLLOUT | EPOLLET);
  wait_for("out");
  take();
  wait_for("out after a read");
  int copy = dup(fd);
  close(fd);
  wait_for("closed, but a copy is open");
  fd = copy;
  set(EPOLL_CTL_DEL, 0); /* The entry belongs to the old number. */
  close(copy);
  wait_for("gone");
  return 0;
}

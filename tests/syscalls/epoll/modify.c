/* EPOLL_CTL_MOD: other events, other data, nothing at all; entries that are ready already. */
#include "../check.h"
#include <sys/epoll.h>

static int e, p[2];
static void show(const char *when) {
  struct epoll_event event = {0};
  int n = epoll_wait(e, &event, 1, 0);
  if (n > 0) printf("%s: %x %llu\n", when, event.events, (unsigned long long)event.data.u64);
  else printf("%s: nothing\n", when);
}
static void mod(uint32_t events, uint64_t data) {
  struct epoll_event event = {events, {.u64 = data}};
  CALL(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &event));
}

int main(void) {
  struct epoll_event event = {0, {.u64 = 1}};
  if (pipe2(p, O_NONBLOCK)) return 1;
  e = epoll_create1(0);
  CALL(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event));
  write(p[1], "x", 1);
  show("asked for nothing");
  mod(EPOLLIN, 2);
  show("ready before it was asked");
  mod(EPOLLOUT, 3);
  show("asked for what never comes");
  mod(EPOLLIN | EPOLLRDNORM | EPOLLET, 4);
  show("edge");
  show("edge again");
  mod(EPOLLIN | EPOLLET, ~0ULL);
  show("after MOD");
  mod(EPOLLIN | EPOLLONESHOT | EPOLLET, 5);
  write(p[1], "y", 1);
  show("one shot");
  write(p[1], "z", 1);
  show("shot");
  close(p[1]);
  show("hang-up after the shot");
  mod(0, 6);
  show("hang-up, asked for nothing");
  CALL(epoll_ctl(e, EPOLL_CTL_DEL, p[0], BAD));
  CALL(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &event));
  char path[40], text[300] = "";
  CALL(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event));
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", e);
  int fd = open(path, O_RDONLY);
  read(fd, text, sizeof text - 1);
  char *tfd = strstr(text, "tfd:");
  unsigned watched, events;
  unsigned long long data;
  if (tfd && sscanf(tfd, "tfd: %u events: %x data: %llx", &watched, &events, &data) == 3)
    printf("%d %x %llx\n", watched == (unsigned)p[0], events, data);
  return 0;
}

/* What epoll says of a stream socket whose other side goes: EPOLLRDHUP, EPOLLHUP, EPOLLERR. */
#include "../check.h"
#include <sys/epoll.h>
#include <sys/socket.h>

static int e, s[2];
static void fresh(uint32_t events) {
  if (s[0]) close(s[0]), close(s[1]);
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  struct epoll_event event = {events, {.fd = 0}};
  epoll_ctl(e, EPOLL_CTL_ADD, s[0], &event);
}
static void show(const char *when) {
  struct epoll_event event = {0};
  int n = epoll_wait(e, &event, 1, 0);
  printf("%s: %d %x\n", when, n, n ? event.events : 0);
}

int main(void) {
  e = epoll_create1(0);
  fresh(EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  show("new");
  show("again");
  write(s[1], "x", 1);
  show("data");
  shutdown(s[1], SHUT_WR);
  show("peer writes no more");
  shutdown(s[0], SHUT_WR);
  show("nor do we");
  close(s[1]);
  s[1] = dup(s[0]);
  show("peer closed");
  close(s[1]);
  s[1] = -1;
  fresh(0);
  show("nothing asked");
  shutdown(s[1], SHUT_RD);
  show("peer reads no more");
  fresh(0);
  write(s[0], "unread", 6);
  close(s[1]);
  s[1] = -1;
  show("peer closed with data unread");
  fresh(EPOLLIN);
  close(s[1]);
  s[1] = -1;
  show("peer closed");
  fresh(EPOLLRDHUP | EPOLLONESHOT);
  shutdown(s[1], SHUT_WR);
  show("one shot");
  close(s[1]);
  s[1] = -1;
  show("shot");
  return 0;
}

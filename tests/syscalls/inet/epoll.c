/* epoll and TCP: level and edge, and when room comes back. */
#include "inet.h"

static int s[2], e;
static char b[65536];

static void show(const char *what) {
  struct epoll_event v[4];
  int n = epoll_wait(e, v, 4, 0);
  printf("%s: %d", what, n);
  for (int i = 0; i < n; i++) printf(" %d:%x", v[i].data.fd == s[0] ? 0 : v[i].data.fd == s[1] ? 1 : 2, v[i].events);
  printf("\n");
}

static void watch(int fd, unsigned events) {
  struct epoll_event v = {events, {.fd = fd}};
  if (epoll_ctl(e, EPOLL_CTL_ADD, fd, &v)) perror("epoll_ctl");
}

int main(void) {
  fresh();
  tcp_pair(s);
  e = epoll_create1(0);
  watch(s[0], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  watch(s[1], EPOLLIN | EPOLLRDHUP);
  show("new");
  show("again");
  write(s[0], "abc", 3);
  show("level");
  show("level");
  read(s[1], b, 1);
  show("some read");
  read(s[1], b, 10);
  show("all read");
  write(s[1], "1", 1);
  show("edge");
  show("edge");
  write(s[1], "2", 1);
  show("edge, more");
  read(s[0], b, 1);
  show("edge, some left");
  read(s[0], b, 10);
  fcntl(s[0], F_SETFL, O_NONBLOCK);
  while (write(s[0], b, sizeof b) > 0) {
  }
  show("full");
  long n, sum = 0;
  fcntl(s[1], F_SETFL, O_NONBLOCK);
  while ((n = read(s[1], b, sizeof b)) > 0) sum += n;
  show("room");
  show("room told");
  shutdown(s[1], SHUT_WR);
  show("other side shut");
  shutdown(s[0], SHUT_WR);
  show("both shut");
  int l = listener("127.0.0.1", 7600);
  watch(l, EPOLLIN);
  show("nobody");
  int c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  watch(c, EPOLLOUT | EPOLLIN | EPOLLET);
  show("unconnected");
  CONNECT(c, "127.0.0.1", 7600);
  show("connected");
  int a = accept(l, NULL, NULL);
  show("accepted");
  struct linger hard = {1, 0};
  setsockopt(a, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close(a);
  show("reset");
  int u = socket(AF_INET, SOCK_DGRAM, 0), v = socket(AF_INET, SOCK_DGRAM, 0);
  BIND(u, "127.0.0.1", 7601);
  CONNECT(v, "127.0.0.1", 7601);
  close(s[0]);
  close(s[1]);
  close(c);
  close(l);
  show("all closed");
  watch(u, EPOLLIN | EPOLLET);
  send(v, "1", 1, 0);
  send(v, "2", 1, 0);
  show("two datagrams");
  show("again");
  recv(u, b, 1, 0);
  show("one read");
  send(v, "3", 1, 0);
  show("another");
  return 0;
}

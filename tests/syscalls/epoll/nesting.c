/* How deep epolls may watch one another, and loops. */
#include "../check.h"
#include <sys/epoll.h>

static int add(int to, int fd) {
  struct epoll_event event = {EPOLLIN, {.fd = fd}};
  return epoll_ctl(to, EPOLL_CTL_ADD, fd, &event);
}

int main(void) {
  int e[8], p[2];
  if (pipe(p)) return 1;
  for (int i = 0; i < 8; i++) e[i] = epoll_create1(0);
  /* Upwards: each watches the one before. */
  for (int i = 1; i < 8; i++) {
    int result = add(e[i], e[i - 1]);
    printf("%d: %s\n", i, result ? strerrorname_np(errno) : "ok");
  }
  CALL(add(e[0], e[1]));
  CALL(add(e[0], e[4]));
  CALL(add(e[0], p[0]));
  CALL(write(p[1], "x", 1));
  struct epoll_event event;
  for (int i = 0; i < 6; i++) printf("%d sees %d\n", i, epoll_wait(e[i], &event, 1, 0));
  /* Downwards. */
  int f[8];
  for (int i = 0; i < 8; i++) f[i] = epoll_create1(0);
  for (int i = 1; i < 8; i++) {
    int result = add(f[i - 1], f[i]);
    printf("%d: %s\n", i, result ? strerrorname_np(errno) : "ok");
  }
  /* A triangle is no loop. */
  int a = epoll_create1(0), b = epoll_create1(0), c = epoll_create1(0);
  CALL(add(a, b));
  CALL(add(b, c));
  CALL(add(a, c));
  CALL(add(c, a));
  CALL(add(c, b));
  return 0;
}

/* A buffer that cannot be written loses no event. */
#include "../check.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

int main(void) {
  int e = epoll_create1(0), fd = eventfd(1, 0), other = eventfd(1, 0);
  struct epoll_event event = {EPOLLIN | EPOLLET, {.fd = fd}}, shot = {EPOLLIN | EPOLLONESHOT, {.fd = other}};
  epoll_ctl(e, EPOLL_CTL_ADD, fd, &event);
  epoll_ctl(e, EPOLL_CTL_ADD, other, &shot);
  CALL(epoll_wait(e, BAD, 4, 0));
  CALL(epoll_wait(e, (void *)-8L, 1, 0));
  CALL(epoll_wait(e, (void *)-8L, 1 << 30, 0));
  char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(page + 4096, 4096);
  CALL(epoll_wait(e, (void *)(page + 4096 - 12), 2, 0)); /* Room for one. */
  struct epoll_event events[2];
  CALL(epoll_wait(e, events, 2, 0));
  CALL(epoll_wait(e, events, 2, 0));
  return 0;
}

/* Several threads in one epoll_wait: an edge wakes one, a level all; descriptors added while somebody waits. */
#include "../check.h"
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static int e, woken;
static void *waits(void *unused) {
  struct epoll_event event;
  if (epoll_wait(e, &event, 1, 150) > 0) __atomic_add_fetch(&woken, 1, __ATOMIC_SEQ_CST);
  return unused;
}
static void round_of(const char *name, uint32_t events) {
  pthread_t threads[3];
  e = epoll_create1(0);
  woken = 0;
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, waits, NULL);
  sleep_ms(50);
  int fd = eventfd(1, 0);
  struct epoll_event event = {events, {.fd = 0}};
  CALL(epoll_ctl(e, EPOLL_CTL_ADD, fd, &event));
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  printf("%s: %d\n", name, woken);
  close(fd);
  close(e);
}

int main(void) {
  round_of("edge", EPOLLIN | EPOLLET);
  round_of("one shot", EPOLLIN | EPOLLONESHOT);
  round_of("level", EPOLLIN);
  return 0;
}

/* EPOLLEXCLUSIVE: of the epolls with somebody waiting, one is told; those where nobody waits all are. */
#include "../check.h"
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static int fd, told, total;
static void *waits(void *arg) {
  struct epoll_event event;
  int n = epoll_wait((int)(long)arg, &event, 1, 200);
  __atomic_add_fetch(&told, n > 0, __ATOMIC_SEQ_CST);
  return NULL;
}

int main(void) {
  uint64_t one = 1;
  fd = eventfd(0, EFD_NONBLOCK);
  pthread_t threads[3];
  for (long i = 0; i < 3; i++) {
    long e = epoll_create1(0);
    struct epoll_event event = {EPOLLIN | EPOLLEXCLUSIVE | EPOLLET, {.fd = 0}};
    CALL(epoll_ctl(e, EPOLL_CTL_ADD, fd, &event));
    pthread_create(&threads[i], NULL, waits, (void *)e);
  }
  sleep_ms(60);
  CALL(write(fd, &one, 8));
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  CALL(told);
  CALL(read(fd, &one, 8));
  int waiting[3];
  for (int i = 0; i < 3; i++) {
    waiting[i] = epoll_create1(0);
    struct epoll_event event = {EPOLLIN | EPOLLEXCLUSIVE, {.fd = 0}};
    epoll_ctl(waiting[i], EPOLL_CTL_ADD, fd, &event);
  }
  one = 1;
  CALL(write(fd, &one, 8));
  for (int i = 0; i < 3; i++) {
    struct epoll_event event;
    total += epoll_wait(waiting[i], &event, 1, 0);
  }
  CALL(total);
  return 0;
}

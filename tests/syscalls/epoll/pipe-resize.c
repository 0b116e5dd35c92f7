/* F_SETPIPE_SZ makes whoever waits to write look again, whether there is more room or not: an edge. */
#include "../check.h"
#include <sys/epoll.h>

static int ep;

static void show(const char *what) {
  struct epoll_event ready[4];
  int n = epoll_wait(ep, ready, 4, 0);
  printf("%s:", what);
  for (int i = 0; i < n; i++) printf(" %c %x", (char)ready[i].data.u32, ready[i].events);
  printf("\n");
}

static void watch(char name, int fd, unsigned events) {
  struct epoll_event event = {.events = events | EPOLLET, .data.u32 = name};
  epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
}

int main(void) {
  int p[2];
  ep = epoll_create1(0);
  CALL(pipe(p));
  mkfifo("fifo", 0600);
  int both = open("fifo", O_RDWR | O_NONBLOCK);
  CALL(write(both, "x", 1));
  watch('w', p[1], EPOLLOUT);
  watch('r', p[0], EPOLLIN);
  watch('b', both, EPOLLIN);
  show("begin");
  show("again");
  DONE(fcntl(p[0], F_SETPIPE_SZ, 65536));
  show("the same size");
  DONE(fcntl(p[1], F_SETPIPE_SZ, 4096));
  show("smaller");
  DONE(fcntl(p[1], F_SETPIPE_SZ, 8192));
  show("larger");
  CALL(write(p[1], "x", 1));
  show("written");
  DONE(fcntl(p[1], F_SETPIPE_SZ, 16384));
  show("larger with something in it");
  DONE(fcntl(both, F_SETPIPE_SZ, 4096));
  show("of a fifo that is open for both");
  DONE(fcntl(p[1], F_SETPIPE_SZ, -1));
  show("refused");
  return 0;
}

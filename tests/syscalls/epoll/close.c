/* An entry goes with the last descriptor of the file, in whatever process; numbers may mean other files by then. */
#include "../check.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

static int e;
static void take(const char *when) {
  struct epoll_event events[8];
  int n = epoll_wait(e, events, 8, 0);
  printf("%s:", when);
  for (int i = 0; i < n; i++) printf(" %d", events[i].data.fd);
  puts("");
}

int main(void) {
  int go[2];
  if (pipe(go)) return 1;
  e = epoll_create1(0);
  int fd = eventfd(1, 0), number = fd;
  struct epoll_event event = {EPOLLIN, {.fd = 1}};
  CALL(epoll_ctl(e, EPOLL_CTL_ADD, fd, &event));
  pid_t child = fork();
  if (child == 0) {
    char c;
    close(go[1]);
    read(go[0], &c, 1);
    _exit(0);
  }
  close(fd);
  take("closed here, open in the child");
  int other = eventfd(1, 0);
  CALL(other == number);
  CALL(epoll_ctl(e, EPOLL_CTL_MOD, other, &event));
  event.data.fd = 2;
  CALL(epoll_ctl(e, EPOLL_CTL_ADD, other, &event));
  take("and another file by that number");
  CALL(epoll_ctl(e, EPOLL_CTL_DEL, other, NULL));
  take("the other one removed");
  close(go[1]);
  waitpid(child, NULL, 0);
  take("closed in the child");
  /* The epoll itself may be closed first. */
  CALL(epoll_ctl(e, EPOLL_CTL_ADD, other, &event));
  close(e);
  uint64_t n;
  CALL(read(other, &n, 8));
  CALL(write(other, &n, 8));
  return 0;
}

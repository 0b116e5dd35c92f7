/* SA_RESTART and EINTR, call by call. */
#include "../check.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

static int ends[2];
static volatile int count;
static void on_alarm(int signo) {
  (void)signo;
  count++;
  if (count == 2 && write(ends[1], "x", 1) != 1) _exit(1);
}

/* The first alarm interrupts; the second, 30 ms later, also writes into the pipe. */
static void arm(int flags) {
  count = 0;
  on_signal(SIGALRM, on_alarm, flags);
  struct itimerval timer = {{0, 30000}, {0, 30000}};
  setitimer(ITIMER_REAL, &timer, NULL);
}
static void disarm(void) {
  struct itimerval timer = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &timer, NULL);
  char c;
  if (count >= 2) {
    struct pollfd entry = {ends[0], POLLIN, 0};
    while (poll(&entry, 1, 0) > 0) if (read(ends[0], &c, 1) != 1) break;
  }
}
#define WITH(flags, x) do { arm(flags); printf("%s ", #flags); CALL(x); disarm(); } while (0)

int main(void) {
  char c;
  if (pipe(ends)) return 1;
  WITH(0, read(ends[0], &c, 1));
  WITH(SA_RESTART, read(ends[0], &c, 1));
  struct pollfd entry = {ends[0], POLLIN, 0};
  WITH(SA_RESTART, poll(&entry, 1, -1));
  fd_set set;
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  WITH(SA_RESTART, select(ends[0] + 1, &set, NULL, NULL, NULL));
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
  WITH(SA_RESTART, epoll_wait(epoll, &event, 1, -1));
  struct timespec time = {1, 0};
  WITH(SA_RESTART, nanosleep(&time, NULL));
  WITH(SA_RESTART, pause());
  WITH(0, waitpid(-1, NULL, 0));
  pid_t pid = fork();
  if (pid == 0) {
    sleep_ms(100);
    _exit(0);
  }
  WITH(0, waitpid(pid, NULL, 0));
  WITH(SA_RESTART, waitpid(pid, NULL, 0) == pid);
  return 0;
}

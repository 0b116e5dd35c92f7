/* epoll_pwait(2), epoll_pwait2(2): masks, times, signals. */
#include "../check.h"
#include <sys/epoll.h>

static void told(int signo) { printf("%s\n", sigabbrev_np(signo)); }

int main(void) {
  int e = epoll_create1(0);
  struct epoll_event event;
  sigset_t block, none;
  sigemptyset(&none);
  sigemptyset(&block);
  sigaddset(&block, SIGUSR1);
  on_signal(SIGUSR1, told, SA_RESTART);
  on_signal(SIGALRM, told, SA_RESTART);
  sigprocmask(SIG_BLOCK, &block, NULL);
  raise(SIGUSR1);
  CALL(epoll_wait(e, &event, 1, 0));
  CALL(epoll_pwait(e, &event, 1, 0, &none));
  raise(SIGUSR1);
  CALL(epoll_pwait(e, &event, 1, 1000, &none));
  sigset_t now;
  sigprocmask(SIG_SETMASK, NULL, &now);
  CALL(sigismember(&now, SIGUSR1));
  ualarm(20000, 0);
  CALL(epoll_wait(e, &event, 1, -1));
  CALL(syscall(SYS_epoll_pwait, e, &event, 1, 0, &none, 4));
  CALL(syscall(SYS_epoll_pwait, e, &event, 1, 0, BAD, 8));
  CALL(syscall(SYS_epoll_pwait, e, &event, 1, 0, NULL, 4));
  struct timespec t = {0, 1000}, bad = {0, -1}, negative = {-1, 0};
  CALL(syscall(SYS_epoll_pwait2, e, &event, 1, &t, NULL, 0));
  CALL(t.tv_nsec); /* Not written back. */
  CALL(syscall(SYS_epoll_pwait2, e, &event, 1, &bad, NULL, 0));
  CALL(syscall(SYS_epoll_pwait2, e, &event, 1, &negative, NULL, 0));
  CALL(syscall(SYS_epoll_pwait2, e, &event, 1, BAD, NULL, 0));
  CALL(syscall(SYS_epoll_pwait2, NO_FD, &event, 1, BAD, NULL, 0));
  CALL(syscall(SYS_epoll_pwait2, e, &event, 0, &t, NULL, 0));
  ualarm(20000, 0);
  CALL(syscall(SYS_epoll_pwait2, e, &event, 1, NULL, NULL, 0));
  /* However short the time is, the signal goes first; without any it does not. */
  struct timespec shortest = {0, 1}, nothing = {0, 0};
  raise(SIGUSR1);
  CALL(syscall(SYS_epoll_pwait2, e, &event, 1, &nothing, &none, 8));
  CALL(syscall(SYS_epoll_pwait2, e, &event, 1, &shortest, &none, 8));
  return 0;
}

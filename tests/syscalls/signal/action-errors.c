/* rt_sigaction(2), rt_sigprocmask(2), rt_sigpending(2), rt_sigsuspend(2): refusals. */
#include "../check.h"

int main(void) {
  static char buffer[256];
  CALL(syscall(SYS_rt_sigaction, 0, NULL, NULL, 8));
  CALL(syscall(SYS_rt_sigaction, 65, NULL, NULL, 8));
  CALL(syscall(SYS_rt_sigaction, SIGKILL, buffer, NULL, 8));
  CALL(syscall(SYS_rt_sigaction, SIGKILL, NULL, buffer, 8));
  CALL(syscall(SYS_rt_sigaction, SIGSTOP, buffer, NULL, 8));
  CALL(syscall(SYS_rt_sigaction, SIGUSR1, BAD, NULL, 8));
  CALL(syscall(SYS_rt_sigaction, SIGUSR1, NULL, BAD, 8));
  CALL(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 7));
  CALL(syscall(SYS_rt_sigprocmask, 3, buffer, NULL, 8));
  CALL(syscall(SYS_rt_sigprocmask, 7, NULL, NULL, 8));
  CALL(syscall(SYS_rt_sigprocmask, 0, BAD, NULL, 8));
  CALL(syscall(SYS_rt_sigprocmask, 0, NULL, BAD, 8));
  CALL(syscall(SYS_rt_sigprocmask, 0, buffer, NULL, 16));
  CALL(syscall(SYS_rt_sigpending, buffer, 8));
  CALL(syscall(SYS_rt_sigpending, buffer, 9));
  CALL(syscall(SYS_rt_sigpending, buffer, 4));
  CALL(syscall(SYS_rt_sigpending, BAD, 8));
  CALL(syscall(SYS_rt_sigsuspend, BAD, 8));
  CALL(syscall(SYS_rt_sigsuspend, buffer, 4));
  sigset_t all, now;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  sigprocmask(SIG_SETMASK, NULL, &now);
  printf("KILL blocked %d STOP blocked %d\n", sigismember(&now, SIGKILL),
         sigismember(&now, SIGSTOP));
  return 0;
}

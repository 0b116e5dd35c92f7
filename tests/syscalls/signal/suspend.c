/* sigsuspend(2), sigpending(2), sigtimedwait(2), sigwaitinfo(2). */
#include "../check.h"

static void note(int signo) { printf("handler %s\n", sigabbrev_np(signo)); }

int main(void) {
  sigset_t set, none, pending;
  sigemptyset(&none);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  on_signal(SIGUSR1, note, 0);
  on_signal(SIGUSR2, note, 0);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGUSR2);
  raise(SIGUSR1);
  raise(SIGUSR1);
  sigpending(&pending);
  printf("pending %d %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2),
         sigismember(&pending, SIGHUP));
  CALL(sigsuspend(&none));
  sigpending(&pending);
  printf("pending %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2));
  raise(SIGUSR2);
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 5});
  siginfo_t info;
  CALL(sigwaitinfo(&set, &info));
  printf("code %d value %d\n", info.si_code, info.si_int);
  struct timespec time = {0, 0};
  CALL(sigtimedwait(&set, &info, &time));
  CALL(sigtimedwait(&set, &info, &time));
  time.tv_nsec = 1000000;
  CALL(sigtimedwait(&set, NULL, &time));
  time.tv_nsec = 2000000000;
  CALL(sigtimedwait(&set, NULL, &time));
  CALL(syscall(SYS_rt_sigtimedwait, BAD, NULL, NULL, 8));
  CALL(syscall(SYS_rt_sigtimedwait, &set, NULL, BAD, 8));
  return 0;
}

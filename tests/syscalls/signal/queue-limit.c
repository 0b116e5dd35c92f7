/* RLIMIT_SIGPENDING: real-time signals are refused beyond it, others lose what they say. */
#include "../check.h"
#include <sys/resource.h>
static void limited(void) {
  if (setresuid(12345, 12345, 12345)) return;
  struct rlimit limit = {3, 3};
  CALL(setrlimit(RLIMIT_SIGPENDING, &limit));
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  for (int i = 0; i < 5; i++) CALL(sigqueue(getpid(), SIGRTMIN + i % 2, (union sigval){.sival_int = i}));
  CALL(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 9}));
  CALL(kill(getpid(), SIGUSR2));
  CALL(kill(getpid(), SIGRTMIN + 5));
  CALL(syscall(SYS_tkill, getpid(), SIGRTMIN + 6));
  siginfo_t info;
  struct timespec zero = {0, 0};
  int signo;
  while ((signo = sigtimedwait(&all, &info, &zero)) > 0)
    printf("%d code %d value %d self %d\n", signo, info.si_code, info.si_code == SI_QUEUE ? info.si_int : 0,
           info.si_pid == getpid());
}
int main(void) {
  run("limited", limited);
  return 0;
}

/* What a handler is told: signo, code, sender; masks during it; SA_RESETHAND, SA_NODEFER. */
#include "../check.h"

static volatile int depth, most, times;
static void info(int signo, siginfo_t *info, void *context) {
  (void)context;
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  printf("%s code %d self %d value %d, blocked %d, USR2 blocked %d\n", sigabbrev_np(signo),
         info->si_code, info->si_pid == getpid(), info->si_code == SI_QUEUE ? info->si_int : 0,
         sigismember(&mask, signo), sigismember(&mask, SIGUSR2));
}
static void nested(int signo) {
  if (++depth > most) most = depth;
  if (times++ < 2) raise(signo);
  depth--;
}

static void handle(int flags, int also) {
  struct sigaction action = {.sa_sigaction = info, .sa_flags = SA_SIGINFO | flags};
  if (also) sigaddset(&action.sa_mask, SIGUSR2);
  sigaction(SIGUSR1, &action, NULL);
}

int main(void) {
  handle(0, 0);
  raise(SIGUSR1);
  kill(getpid(), SIGUSR1);
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 42});
  handle(0, 1);
  raise(SIGUSR1);
  handle(SA_NODEFER, 0);
  raise(SIGUSR1);
  handle(SA_RESETHAND, 0);
  raise(SIGUSR1);
  struct sigaction now;
  sigaction(SIGUSR1, NULL, &now);
  printf("reset: %d\n", now.sa_handler == SIG_DFL);
  on_signal(SIGUSR1, nested, SA_NODEFER);
  raise(SIGUSR1);
  printf("depth with SA_NODEFER %d\n", most);
  most = times = 0;
  on_signal(SIGUSR1, nested, 0);
  raise(SIGUSR1);
  printf("depth without %d, times %d\n", most, times);
  return 0;
}

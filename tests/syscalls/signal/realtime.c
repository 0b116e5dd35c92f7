/* Real-time signals queue, in order, lowest first; ordinary ones do not. */
#include "../check.h"

static void note(int signo, siginfo_t *info, void *context) {
  (void)context;
  if (signo >= SIGRTMIN) printf("RTMIN+%d %d\n", signo - SIGRTMIN, info->si_int);
  else printf("%s %d\n", sigabbrev_np(signo), info->si_int);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  int signals[] = {SIGRTMIN + 3, SIGRTMIN + 1, SIGUSR1, SIGRTMIN + 3, SIGUSR1, SIGRTMIN + 1};
  sigset_t set;
  sigfillset(&set);
  sigprocmask(SIG_BLOCK, &set, NULL);
  for (int i = 0; i < 6; i++) {
    sigaction(signals[i], &action, NULL);
    sigqueue(getpid(), signals[i], (union sigval){.sival_int = i});
  }
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  return 0;
}

/* Pending signals that are forgotten: ignored while blocked, stop against continue. */
#include "../check.h"
static int is_pending(int signo) {
  sigset_t set;
  sigpending(&set);
  return sigismember(&set, signo);
}
static void handler(int signo) { printf("handler %s\n", sigabbrev_np(signo)); }
int main(void) {
  sigset_t set;
  sigfillset(&set);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGUSR1);
  CALL(is_pending(SIGUSR1));
  signal(SIGUSR1, SIG_IGN);
  CALL(is_pending(SIGUSR1));
  raise(SIGUSR1); /* Blocked, so kept though ignored. */
  CALL(is_pending(SIGUSR1));
  on_signal(SIGUSR1, handler, 0);
  CALL(is_pending(SIGUSR1));
  raise(SIGURG);
  CALL(is_pending(SIGURG));
  signal(SIGURG, SIG_DFL); /* Default is to ignore. */
  CALL(is_pending(SIGURG));
  raise(SIGTSTP);
  raise(SIGTTIN);
  CALL(is_pending(SIGTSTP));
  raise(SIGCONT);
  CALL(is_pending(SIGTSTP) || is_pending(SIGTTIN));
  CALL(is_pending(SIGCONT));
  raise(SIGTTOU);
  CALL(is_pending(SIGCONT));
  CALL(is_pending(SIGTTOU));
  raise(SIGCONT);
  signal(SIGCONT, SIG_DFL);
  CALL(is_pending(SIGCONT));
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  return 0;
}

/* What fork(2) keeps of signals: handlers and mask; nothing is pending, no alarm runs. */
#include "../check.h"
static void handler(int signo) { printf("handler %s\n", sigabbrev_np(signo)); }
static void child(void) {
  sigset_t pending;
  sigpending(&pending);
  CALL(sigismember(&pending, SIGUSR1));
  CALL(alarm(0));
  raise(SIGUSR2);
  raise(SIGUSR1);
  sigpending(&pending);
  CALL(sigismember(&pending, SIGUSR1));
}
int main(void) {
  on_signal(SIGUSR1, handler, 0);
  on_signal(SIGUSR2, handler, 0);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGUSR1);
  run("child", child);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  return 0;
}

/* SA_RESETHAND keeps flags and mask; SA_NODEFER with the signal in its own mask; masks of nested handlers. */
#include "../check.h"
static void show_mask(const char *who) {
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  printf("%s blocks", who);
  for (int i = 1; i < 32; i++) if (sigismember(&now, i)) printf(" %s", sigabbrev_np(i));
  printf("\n");
}
static void inner(int signo) { (void)signo; show_mask("inner"); }
static void outer(int signo) {
  (void)signo;
  show_mask("outer");
  raise(SIGUSR2);
  show_mask("outer again");
}
int main(void) {
  struct sigaction action = {.sa_handler = inner, .sa_flags = SA_RESETHAND | SA_RESTART}, now;
  sigaddset(&action.sa_mask, SIGTERM);
  sigaddset(&action.sa_mask, SIGKILL);
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  sigaction(SIGUSR1, NULL, &now);
  printf("default %d flags %x mask TERM %d\n", now.sa_handler == SIG_DFL, now.sa_flags & ~0x4000000,
         sigismember(&now.sa_mask, SIGTERM));
  action.sa_flags = SA_NODEFER;
  sigaddset(&action.sa_mask, SIGUSR1);
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  sigaction(SIGUSR1, NULL, &now);
  printf("KILL in mask %d\n", sigismember(&now.sa_mask, SIGKILL));
  action = (struct sigaction){.sa_handler = outer};
  sigaddset(&action.sa_mask, SIGHUP);
  sigaction(SIGUSR1, &action, NULL);
  action = (struct sigaction){.sa_handler = inner};
  sigaddset(&action.sa_mask, SIGINT);
  sigaction(SIGUSR2, &action, NULL);
  raise(SIGUSR1);
  show_mask("main");
  return 0;
}

/* What execve(2) keeps of signals: ignored ones, the mask, what is pending; handlers are gone. */
#include "../check.h"
static void handler(int signo) { (void)signo; }
static void show(int signo) {
  struct sigaction now;
  sigaction(signo, NULL, &now);
  sigset_t mask, pending;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  sigpending(&pending);
  printf("%s: %s flags %x blocked %d pending %d\n", sigabbrev_np(signo),
         now.sa_handler == SIG_IGN ? "ignored" : now.sa_handler == SIG_DFL ? "default" : "caught",
         now.sa_flags & ~0x4000000, sigismember(&mask, signo), sigismember(&pending, signo));
}
int main(int argc, char **argv) {
  int signals[] = {SIGUSR1, SIGUSR2, SIGCHLD, SIGTERM, SIGHUP};
  if (argc == 1) {
    on_signal(SIGUSR1, handler, SA_RESTART);
    on_signal(SIGUSR2, SIG_IGN, SA_RESTART);
    on_signal(SIGCHLD, SIG_IGN, SA_NOCLDWAIT);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGTERM);
    raise(SIGUSR1);
  }
  for (int i = 0; i < 5; i++) show(signals[i]);
  printf("alarm %d\n", alarm(30) > 0);
  if (argc == 1) execl("/proc/self/exe", argv[0], "again", NULL);
  return 0;
}

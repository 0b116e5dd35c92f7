/* sigsuspend(2), ppoll(2) and pselect(2): their mask holds for the handler's delivery, the old one after it. */
#include "../check.h"
#include <poll.h>
#include <sys/select.h>
static void show(int signo) {
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  printf("%s: blocked USR1 %d USR2 %d TERM %d\n", sigabbrev_np(signo), sigismember(&now, SIGUSR1),
         sigismember(&now, SIGUSR2), sigismember(&now, SIGTERM));
}
int main(void) {
  sigset_t block, only, now;
  sigemptyset(&block);
  sigaddset(&block, SIGUSR1);
  sigaddset(&block, SIGUSR2);
  sigprocmask(SIG_BLOCK, &block, NULL);
  on_signal(SIGUSR1, show, 0);
  on_signal(SIGUSR2, show, 0);
  sigemptyset(&only);
  sigaddset(&only, SIGTERM);
  raise(SIGUSR1);
  raise(SIGUSR2);
  CALL(sigsuspend(&only));
  raise(SIGUSR1);
  struct timespec far = {5, 0};
  CALL(ppoll(NULL, 0, &far, &only));
  raise(SIGUSR2);
  CALL(pselect(0, NULL, NULL, NULL, &far, &only));
  struct timespec zero = {0, 0};
  raise(SIGUSR1);
  CALL(ppoll(NULL, 0, &zero, &only));
  sigprocmask(SIG_BLOCK, NULL, &now);
  printf("after: USR1 %d TERM %d\n", sigismember(&now, SIGUSR1), sigismember(&now, SIGTERM));
  return 0;
}

/* Signals and poll(2), select(2): handlers end the wait, stops do not; masks of ppoll and pselect. */
#include "../check.h"
#include <poll.h>
#include <sys/select.h>

static void told(int signo) { printf("%s\n", sigabbrev_np(signo)); }
static void stops_me(void) {
  sleep_ms(30);
  kill(getppid(), SIGUSR2);
}

int main(void) {
  struct timespec long_time = {5, 0};
  struct timeval tv = {5, 0};
  sigset_t none, usr1, now;
  sigemptyset(&none);
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  on_signal(SIGALRM, told, SA_RESTART);
  on_signal(SIGUSR1, told, 0);
  ualarm(20000, 0);
  CALL(poll(NULL, 0, -1));
  ualarm(20000, 0);
  CALL(select(0, NULL, NULL, NULL, NULL));
  ualarm(20000, 0);
  CALL(select(0, NULL, NULL, NULL, &tv));
  printf("left %d\n", tv.tv_sec == 4 && tv.tv_usec > 500000);
  ualarm(20000, 0);
  CALL(ppoll(NULL, 0, &long_time, NULL));
  sigprocmask(SIG_BLOCK, &usr1, NULL);
  raise(SIGUSR1);
  CALL(poll(NULL, 0, 10));
  CALL(ppoll(NULL, 0, &long_time, &none));
  sigprocmask(SIG_SETMASK, NULL, &now);
  CALL(sigismember(&now, SIGUSR1));
  raise(SIGUSR1);
  CALL(pselect(0, NULL, NULL, NULL, &long_time, &none));
  signal(SIGUSR2, SIG_IGN);
  start(stops_me);
  CALL(poll(NULL, 0, 80)); /* An ignored signal is none. */
  signal(SIGUSR2, SIG_DFL);
  on_signal(SIGCHLD, told, 0);
  signal(SIGCHLD, SIG_DFL);
  wait(NULL);
  return 0;
}

/* Timers of every kind until there are no more, all of them as fast as can be. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static volatile int fired;
static void count(int signo) { fired += signo > 0; }

int main(void) {
  struct itimerspec fast = {{0, 1}, {0, 1}};
  struct itimerval also = {{0, 1}, {0, 1}};
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  struct sigaction action = {.sa_handler = count};
  timer_t timer;
  int made = 0, fds = 0, fd;
  for (int signo = 1; signo < 32; signo++) sigaction(signo, &action, NULL);
  while (made < 100000 && timer_create(CLOCK_MONOTONIC, &event, &timer) == 0) {
    made++;
    if (timer_settime(timer, 0, &fast, NULL) != 0) return 1;
  }
  printf("timers: %s\n", made == 100000 ? "100000" : strerrorname_np(errno));
  while ((fd = timerfd_create(CLOCK_REALTIME, 0)) >= 0) {
    fds++;
    timerfd_settime(fd, 0, &fast, NULL);
  }
  printf("timerfds: %s\n", strerrorname_np(errno));
  setitimer(ITIMER_REAL, &also, NULL);
  setitimer(ITIMER_PROF, &also, NULL);
  for (volatile long i = 0; i < 20000000; i++) {
  }
  printf("%s\n", fired > 0 ? "alive" : "none fired");
  return 0;
}

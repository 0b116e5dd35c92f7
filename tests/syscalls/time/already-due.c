/* A time that has passed: the signal comes before the call returns, and no later call is interrupted by it. */
#include "../check.h"
#include <poll.h>
#include <sys/timerfd.h>

static volatile int got, overrun;
static void note(int signo, siginfo_t *info, void *context) {
  (void)signo;
  (void)context;
  got++;
  overrun = info->si_overrun;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigaction(SIGALRM, &action, NULL);
  const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI};
  struct timespec ms = {0, 1000000};
  for (int i = 0; i < 4; i++) {
    timer_t timer;
    struct itimerspec now;
    CALL(timer_create(clocks[i], NULL, &timer));
    got = 0;
    CALL(timer_settime(timer, TIMER_ABSTIME, &(struct itimerspec){{0, 0}, {0, 1}}, NULL));
    CALL(got);
    CALL(nanosleep(&ms, NULL));
    CALL(timer_settime(timer, TIMER_ABSTIME, &(struct itimerspec){{1 << 30, 0}, {0, 1}}, NULL));
    CALL(got);
    CALL(nanosleep(&ms, NULL));
    CALL(timer_gettime(timer, &now));
    printf("armed %d, overrun %d\n", now.it_value.tv_sec > 0, clocks[i] == CLOCK_MONOTONIC ? overrun : 0);
    CALL(timer_delete(timer));
  }
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  CALL(timerfd_settime(fd, 0, &(struct itimerspec){{0, 0}, {0, 300000}}, NULL));
  struct pollfd entry = {fd, POLLIN, 0};
  while (poll(&entry, 1, 0) == 0) {}
  uint64_t ticks;
  CALL(read(fd, &ticks, sizeof ticks));
  CALL(timerfd_settime(fd, 0, &(struct itimerspec){{0, 0}, {0, 300000}}, NULL));
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do clock_gettime(CLOCK_MONOTONIC, &end);
  while ((end.tv_sec - start.tv_sec) * 1000000000L + end.tv_nsec - start.tv_nsec < 1000000);
  CALL(read(fd, &ticks, sizeof ticks));
  return 0;
}

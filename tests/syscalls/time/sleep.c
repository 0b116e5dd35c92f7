/* nanosleep(2), clock_nanosleep(2): refusals, interruption, the time left. */
#include "../check.h"
#include <sys/time.h>

static void note(int signo) { (void)signo; }

int main(void) {
  struct timespec t = {-1, 0}, rest = {9, 9};
  CALL(syscall(SYS_nanosleep, &t, NULL));
  t = (struct timespec){0, 1000000000};
  CALL(syscall(SYS_nanosleep, &t, NULL));
  CALL(syscall(SYS_nanosleep, BAD, NULL));
  t.tv_nsec = 1;
  CALL(syscall(SYS_nanosleep, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, 99, 0, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_COARSE, 0, &t, NULL));
  on_signal(SIGALRM, note, 0);
  struct itimerval timer = {{0, 0}, {0, 50000}};
  setitimer(ITIMER_REAL, &timer, NULL);
  t = (struct timespec){5, 0};
  CALL(nanosleep(&t, &rest));
  printf("left %ld, more %d\n", (long)rest.tv_sec, rest.tv_nsec > 500000000);
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_sec += 5;
  rest = (struct timespec){7, 7};
  setitimer(ITIMER_REAL, &timer, NULL);
  CALL(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, &rest));
  printf("untouched %ld\n", (long)rest.tv_sec);
  return 0;
}

/* nanosleep(2), clock_nanosleep(2): bad times, bad addresses, times past, what is left after a signal. */
#include "../check.h"
#include <sys/time.h>
static void note(int signo) { (void)signo; }
static void arm(void) {
  struct itimerval v = {{0, 0}, {0, 20000}};
  setitimer(ITIMER_REAL, &v, NULL);
}
int main(void) {
  struct timespec t = {-1, 0}, left = {7, 7};
  CALL(nanosleep(&t, NULL));
  t = (struct timespec){0, 1000000000};
  CALL(nanosleep(&t, NULL));
  CALL(syscall(SYS_nanosleep, BAD, NULL));
  t = (struct timespec){0, 0};
  CALL(nanosleep(&t, BAD));
  CALL(syscall(SYS_clock_nanosleep, 99, 0, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 8, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_COARSE, 0, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_BOOTTIME, 0, &t, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_TAI, 0, &t, NULL));
  on_signal(SIGALRM, note, SA_RESTART);
  t.tv_sec = 5;
  arm();
  CALL(nanosleep(&t, &left));
  printf("left %d\n", left.tv_sec == 4);
  left.tv_sec = 77;
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_sec += 5;
  arm();
  CALL(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &t, &left));
  printf("left untouched %d\n", left.tv_sec == 77);
  t = (struct timespec){5, 0};
  arm();
  CALL(syscall(SYS_nanosleep, &t, BAD));
  struct timespec before, after;
  clock_gettime(CLOCK_REALTIME, &before);
  t = before;
  t.tv_nsec += 30000000;
  if (t.tv_nsec >= 1000000000) t.tv_sec++, t.tv_nsec -= 1000000000;
  CALL(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL));
  clock_gettime(CLOCK_REALTIME, &after);
  printf("late enough %d\n", after.tv_sec > t.tv_sec || (after.tv_sec == t.tv_sec && after.tv_nsec >= t.tv_nsec));
  return 0;
}

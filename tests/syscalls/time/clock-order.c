/* Clocks that cannot sleep or have no timers, and what is looked at before that: clock_nanosleep(2), timer_create(2). */
#include "../check.h"
#include <sys/time.h>

static struct timespec none = {0, 0}, wrong = {0, -1}, minute = {60, 0};
static char page[8192] __attribute__((aligned(4096)));

static long sleep_on(int clock, int flags, void *time) {
  return syscall(SYS_clock_nanosleep, clock, flags, time, NULL);
}

static void number(const char *what) {
  int id = -1;
  long result = syscall(SYS_timer_create, CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_NONE}, &id);
  printf("after %s: %ld, timer %d\n", what, result, id);
}

static void handler(int signo) { (void)signo; }

int main(void) {
  static const int clocks[] = {CLOCK_REALTIME, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW,
                               CLOCK_REALTIME_COARSE, CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM, 10, CLOCK_TAI, 12, -1, -2, -5, -6};
  for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
    printf("clock %d\n", clocks[i]);
    CALL(sleep_on(clocks[i], 0, BAD));
    CALL(sleep_on(clocks[i], 0, &wrong));
    CALL(sleep_on(clocks[i], 0, &none));
    CALL(sleep_on(clocks[i], TIMER_ABSTIME, &none));
  }

  /* A number is used up by what fails late. */
  int id;
  struct sigevent event = {.sigev_notify = 77}, quiet = {.sigev_notify = SIGEV_NONE};
  number("nothing");
  CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, BAD, &id));
  number("EFAULT");
  CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
  number("a bad event");
  CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC_RAW, &quiet, &id));
  CALL(syscall(SYS_timer_create, 77, &quiet, &id));
  number("clocks without timers");
  CALL(syscall(SYS_timer_create, -1, &quiet, &id));
  number("a kind of CPU clock that is none");
  CALL(syscall(SYS_timer_create, -1, &quiet, BAD));
  number("one that cannot be told");
  CALL(syscall(SYS_timer_create, CLOCK_REALTIME_ALARM, &quiet, &id));
  number("an alarm clock");

  /* Both halves are read before either is judged; the old setting is told of a timer that is set by then. */
  mprotect(page + 4096, 4096, PROT_NONE);
  struct itimerval *half = (void *)(page + 4096 - 16);
  half->it_interval.tv_usec = -1;
  CALL(setitimer(ITIMER_VIRTUAL, half, NULL));
  CALL(syscall(SYS_timer_settime, 0, 0, half, NULL));
  struct itimerspec hour = {{0, 0}, {3600, 0}}, now;
  CALL(syscall(SYS_timer_settime, 0, 0, &hour, BAD));
  CALL(syscall(SYS_timer_gettime, 0, &now));
  CALL(now.it_value.tv_sec > 3000);

  /* Who sleeps uses none of the time that he waits for. */
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval soon = {{0, 0}, {0, 200000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  CALL(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &minute, NULL));
  setitimer(ITIMER_REAL, &soon, NULL);
  struct timespec before, after, tenth = {0, 100000000};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  CALL(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &tenth, NULL));
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  CALL((after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000 < 50);
  return 0;
}

/* clock_nanosleep(2) and timers on CPU-time clocks. */
#include "../check.h"
#include <pthread.h>
static volatile int stop;
static void burn_ms(int ms) {
  struct timespec a, b;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
  do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
  while ((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 < ms);
}
static void *burns(void *arg) { while (!stop) burn_ms(5); return arg; }
static void note(int signo) { (void)signo; }
static volatile int fired;
static void count(int signo) { (void)signo; fired++; }
static void burning_child(void) { for (;;) burn_ms(10); }
int main(void) {
  struct timespec some = {0, 50000000}, bad = {0, -5}, left = {9, 9};
  CALL(syscall(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &some, NULL));
  CALL(syscall(SYS_clock_nanosleep, -2 & ~1, 0, &some, NULL)); /* The caller's own thread, by number 0. */
  CALL(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &bad, NULL));
  CALL(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, BAD, NULL));
  clockid_t clock;
  CALL(clock_getcpuclockid(NO_PID, &clock));
  struct timespec zero = {0, 0};
  CALL(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &zero, NULL));
  on_signal(SIGALRM, note, 0);
  ualarm(30000, 0);
  CALL(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &some, &left)); /* Nobody burns. */
  printf("left %d\n", left.tv_sec == 0 && left.tv_nsec > 0);
  pid_t pid = start(burning_child);
  CALL(clock_getcpuclockid(pid, &clock));
  CALL(syscall(SYS_clock_nanosleep, clock, 0, &some, NULL));
  CALL(clock_gettime(clock, &left));
  printf("used %d\n", left.tv_sec > 0 || left.tv_nsec >= 50000000);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  CALL(clock_gettime(clock, &left));
  pthread_t t;
  pthread_create(&t, NULL, burns, NULL);
  CALL(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &some, NULL));
  pthread_getcpuclockid(t, &clock);
  CALL(syscall(SYS_clock_nanosleep, clock, 0, &some, NULL));
  stop = 1;
  pthread_join(t, NULL);
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  on_signal(SIGUSR1, count, 0);
  CALL(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer));
  struct itimerspec when = {{0, 0}, {0, 30000000}}, now;
  CALL(timer_settime(timer, 0, &when, NULL));
  while (fired == 0) burn_ms(1);
  CALL(timer_gettime(timer, &now));
  printf("left %ld %ld\n", (long)now.it_value.tv_sec, now.it_value.tv_nsec);
  when.it_value.tv_sec = 1000;
  CALL(timer_settime(timer, TIMER_ABSTIME, &when, NULL));
  CALL(timer_gettime(timer, &now));
  printf("left %d\n", now.it_value.tv_sec > 900);
  CALL(timer_delete(timer));
  return 0;
}

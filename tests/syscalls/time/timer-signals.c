/* POSIX timers: SIGEV_THREAD_ID, several on one signal, overruns, a deleted timer's signal, no inheritance. */
#include "../check.h"
#include <pthread.h>
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif
static __thread int who;
static volatile int taken_by = -1, overrun = -1, value, ready;
static volatile pid_t tid;
static void note(int signo, siginfo_t *info, void *raw) {
  (void)signo, (void)raw;
  taken_by = who;
  overrun = info->si_overrun;
  value = info->si_int;
}
static void *thread(void *arg) {
  who = 1;
  tid = gettid();
  while (taken_by < 0) sleep_ms(1);
  return arg;
}
static timer_t make(int signo, int value, int notify, pid_t to) {
  struct sigevent event = {.sigev_notify = notify, .sigev_signo = signo};
  event.sigev_value.sival_int = value;
  event.sigev_notify_thread_id = to;
  timer_t timer = 0;
  CALL(timer_create(CLOCK_MONOTONIC, &event, &timer));
  return timer;
}
static void arm(timer_t timer, long first_ms, long interval_ms) {
  struct itimerspec when = {{0, interval_ms * 1000000}, {0, first_ms * 1000000}};
  timer_settime(timer, 0, &when, NULL);
}
static timer_t one;
static void child(void) {
  struct itimerspec now;
  CALL(timer_gettime(one, &now));
}
int main(void) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  while (tid == 0) sleep_ms(1);
  one = make(SIGUSR1, 5, SIGEV_THREAD_ID, tid);
  arm(one, 5, 0);
  pthread_join(t, NULL);
  printf("taken by %d value %d overrun %d\n", taken_by, value, overrun);
  make(SIGUSR1, 0, SIGEV_THREAD_ID, 1);
  make(SIGUSR1, 0, SIGEV_THREAD_ID, NO_PID);
  run("child", child);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &set, NULL);
  timer_t a = make(SIGRTMIN, 10, SIGEV_SIGNAL, 0), b = make(SIGRTMIN, 20, SIGEV_SIGNAL, 0);
  arm(a, 5, 0);
  arm(b, 15, 0);
  sleep_ms(60);
  siginfo_t info;
  struct timespec zero = {0, 0};
  while (sigtimedwait(&set, &info, &zero) > 0) printf("value %d code %d\n", info.si_int, info.si_code);
  arm(a, 5, 0);
  sleep_ms(30);
  CALL(timer_delete(a));
  CALL(sigtimedwait(&set, &info, &zero));
  arm(b, 5, 5);
  sleep_ms(80);
  CALL(sigtimedwait(&set, &info, &zero) > 0);
  printf("overrun %d same %d\n", info.si_overrun >= 5, timer_getoverrun(b) == info.si_overrun);
  struct itimerspec now;
  CALL(timer_gettime(b, &now));
  printf("interval %ld\n", now.it_interval.tv_nsec);
  arm(b, 0, 7);
  CALL(timer_gettime(b, &now));
  printf("disarmed %ld %ld interval %ld\n", (long)now.it_value.tv_sec, now.it_value.tv_nsec, now.it_interval.tv_nsec);
  timer_t none = make(0, 0, SIGEV_NONE, 0);
  arm(none, 1, 0);
  sleep_ms(10);
  CALL(timer_gettime(none, &now));
  printf("expired %ld\n", now.it_value.tv_nsec);
  return 0;
}

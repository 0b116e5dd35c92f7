/* setitimer(2): the three kinds are apart; old values; ITIMER_PROF and ITIMER_VIRTUAL count CPU time only. */
#include "../check.h"
#include <sys/time.h>
static volatile int real, virtual, prof;
static void on_real(int signo) { (void)signo; real++; }
static void on_virtual(int signo) { (void)signo; virtual++; }
static void on_prof(int signo) { (void)signo; prof++; }
static void show(const char *what, struct itimerval v) {
  printf("%s: value %d interval %ld.%06ld\n", what, v.it_value.tv_sec > 0 || v.it_value.tv_usec > 0,
         (long)v.it_interval.tv_sec, (long)v.it_interval.tv_usec);
}
int main(void) {
  alarm(0);
  on_signal(SIGALRM, on_real, SA_RESTART);
  on_signal(SIGVTALRM, on_virtual, SA_RESTART);
  on_signal(SIGPROF, on_prof, SA_RESTART);
  struct itimerval v = {{0, 20000}, {0, 20000}}, old = {{7, 7}, {7, 7}}, none = {{0, 0}, {0, 0}};
  CALL(setitimer(ITIMER_VIRTUAL, &v, &old));
  show("old", old);
  CALL(setitimer(ITIMER_PROF, &v, NULL));
  sleep_ms(120);
  printf("asleep: virtual %d prof %d\n", virtual, prof);
  while (virtual < 2 || prof < 2) {}
  CALL(getitimer(ITIMER_VIRTUAL, &old));
  show("virtual", old);
  CALL(setitimer(ITIMER_VIRTUAL, &none, &old));
  CALL(setitimer(ITIMER_PROF, NULL, NULL));
  CALL(getitimer(ITIMER_PROF, &old));
  show("prof", old);
  v.it_interval.tv_sec = 5;
  v.it_interval.tv_usec = 1;
  CALL(setitimer(ITIMER_REAL, &v, NULL));
  while (real < 1) {}
  CALL(getitimer(ITIMER_REAL, &old));
  show("real", old);
  CALL(alarm(10) >= 4);
  CALL(getitimer(ITIMER_REAL, &old));
  show("alarm", old);
  CALL(alarm(0));
  v.it_value.tv_usec = 1000000;
  CALL(setitimer(ITIMER_REAL, &v, NULL));
  v.it_value.tv_usec = -1;
  CALL(setitimer(ITIMER_REAL, &v, NULL));
  v.it_value.tv_usec = 0;
  v.it_value.tv_sec = -1;
  CALL(setitimer(ITIMER_REAL, &v, NULL));
  CALL(setitimer(3, &none, NULL));
  CALL(getitimer(-1, &old));
  CALL(setitimer(ITIMER_REAL, BAD, NULL));
  CALL(getitimer(ITIMER_REAL, BAD));
  return 0;
}

/* setitimer(2), getitimer(2), alarm(2). */
#include "../check.h"
#include <sys/time.h>

static volatile int real, virtual, prof;
static void on_real(int s) { (void)s; real++; }
static void on_virtual(int s) { (void)s; virtual++; }
static void on_prof(int s) { (void)s; prof++; }

int main(void) {
  struct itimerval timer = {{0, 0}, {0, 1000000}}, old;
  CALL(setitimer(ITIMER_REAL, &timer, NULL));
  CALL(setitimer(5, &timer, NULL));
  CALL(syscall(SYS_setitimer, ITIMER_REAL, BAD, NULL));
  CALL(getitimer(9, &timer));
  CALL(syscall(SYS_getitimer, ITIMER_REAL, BAD));
  alarm(0);
  CALL(alarm(100));
  CALL(alarm(50));
  CALL(getitimer(ITIMER_REAL, &old));
  printf("%d\n", old.it_value.tv_sec == 49 || old.it_value.tv_sec == 50);
  CALL(syscall(SYS_setitimer, ITIMER_REAL, NULL, NULL)); /* Linux takes that as zero. */
  CALL(alarm(0));
  on_signal(SIGALRM, on_real, SA_RESTART);
  on_signal(SIGVTALRM, on_virtual, SA_RESTART);
  on_signal(SIGPROF, on_prof, SA_RESTART);
  timer = (struct itimerval){{0, 10000}, {0, 10000}};
  setitimer(ITIMER_REAL, &timer, NULL);
  while (real < 3) pause();
  setitimer(ITIMER_VIRTUAL, &timer, NULL);
  setitimer(ITIMER_PROF, &timer, NULL);
  while (virtual < 1 || prof < 1) {
  }
  printf("all came\n");
  return 0;
}

/* Futex waits that end by time or signal. */
#include "futex.h"

static int w;
static void told(int signo) { printf("%s\n", sigabbrev_np(signo)); }
static void stops(void) {
  sleep_ms(20);
  kill(getppid(), SIGSTOP);
  sleep_ms(20);
  kill(getppid(), SIGCONT);
}
static void middle(void) {
  pid_t child = start(stops);
  struct timespec t = {0, 120000000};
  CALL(FUTEX(&w, FUTEX_WAIT, 0, &t)); /* Goes on after the stop. */
  waitpid(child, NULL, 0);
}

int main(void) {
  struct timespec t = {0, 20000000}, now;
  CALL(FUTEX(&w, FUTEX_WAIT, 0, &t));
  clock_gettime(CLOCK_MONOTONIC, &now);
  now.tv_nsec += 20000000;
  if (now.tv_nsec >= 1000000000) now.tv_sec++, now.tv_nsec -= 1000000000;
  CALL(FUTEX(&w, FUTEX_WAIT_BITSET, 0, &now, NULL, -1));
  clock_gettime(CLOCK_REALTIME, &now);
  now.tv_nsec += 20000000;
  if (now.tv_nsec >= 1000000000) now.tv_sec++, now.tv_nsec -= 1000000000;
  CALL(FUTEX(&w, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &now, NULL, -1));
  CALL(FUTEX(&w, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, 0, &t));
  CALL(FUTEX(&w, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1));
  on_signal(SIGALRM, told, 0);
  ualarm(20000, 0);
  CALL(FUTEX(&w, FUTEX_WAIT, 0, NULL));
  ualarm(20000, 0);
  t = (struct timespec){5, 0};
  CALL(FUTEX(&w, FUTEX_WAIT, 0, &t));
  on_signal(SIGALRM, told, SA_RESTART);
  ualarm(20000, 0);
  CALL(FUTEX(&w, FUTEX_WAIT, 0, &t)); /* With a time, even so. */
  run("stopped", middle);
  return 0;
}

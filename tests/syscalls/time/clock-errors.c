/* clock_gettime(2), clock_getres(2), clock_settime(2), gettimeofday(2), times(2): clocks there are, and refusals. */
#include "../check.h"
#include <sys/time.h>
#include <sys/times.h>
static void plain(void) {
  struct timespec t = {1000000000, 0};
  struct timeval v = {1000000000, 0};
  if (setresuid(7, 7, 7)) return;
  CALL(clock_settime(CLOCK_REALTIME, &t));
  CALL(clock_settime(CLOCK_MONOTONIC, &t));
  CALL(settimeofday(&v, NULL));
}
int main(void) {
  struct timespec t, r;
  for (int i = -1; i <= 16; i++) {
    errno = 0;
    long got = syscall(SYS_clock_gettime, i, &t), res = syscall(SYS_clock_getres, i, &r);
    printf("clock %d: %ld %ld", i, got, res);
    if (res == 0) printf(" resolution %s", r.tv_sec == 0 && r.tv_nsec == 1 ? "1 ns" : "coarse");
    printf("\n");
  }
  CALL(syscall(SYS_clock_gettime, CLOCK_REALTIME, BAD));
  CALL(syscall(SYS_clock_getres, CLOCK_REALTIME, NULL));
  CALL(syscall(SYS_clock_getres, 99, NULL));
  CALL(syscall(SYS_clock_getres, CLOCK_REALTIME, BAD));
  t = (struct timespec){0, -1};
  CALL(clock_settime(CLOCK_REALTIME, &t));
  CALL(clock_settime(CLOCK_REALTIME, BAD));
  t.tv_nsec = 0;
  CALL(clock_settime(99, &t));
  CALL(clock_settime(CLOCK_MONOTONIC, &t));
  CALL(syscall(SYS_gettimeofday, BAD, NULL));
  CALL(syscall(SYS_gettimeofday, NULL, BAD));
  CALL(syscall(SYS_gettimeofday, NULL, NULL));
  CALL(syscall(SYS_time, BAD));
  CALL(syscall(SYS_times, BAD));
  CALL(syscall(SYS_times, NULL) > 0);
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  clock_gettime(CLOCK_BOOTTIME, &b);
  printf("boottime is not before monotonic: %d\n", b.tv_sec >= a.tv_sec);
  run("plain", plain);
  return 0;
}

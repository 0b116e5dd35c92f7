/* clock_gettime(2), clock_getres(2), clock_settime(2): which clocks there are. */
#include "../check.h"
#include <sys/time.h>

int main(void) {
  struct timespec t;
  for (int clock = 0; clock <= 11; clock++) {
    int result = clock_gettime(clock, &t), error = errno;
    printf("clock %d: %s, resolution %s\n", clock, result ? strerrorname_np(error) : "ok",
           clock_getres(clock, &t) ? strerrorname_np(errno) : t.tv_nsec == 1 ? "1" : "coarse");
  }
  CALL(syscall(SYS_clock_gettime, 0, BAD));
  CALL(syscall(SYS_clock_gettime, 99, &t));
  CALL(syscall(SYS_clock_gettime, -1, &t));
  CALL(syscall(SYS_clock_getres, 0, NULL));
  CALL(syscall(SYS_clock_getres, 77, NULL));
  clockid_t mine;
  CALL(clock_getcpuclockid(0, &mine));
  CALL(clock_gettime(mine, &t));
  CALL(clock_settime(CLOCK_MONOTONIC, &t));
  t.tv_nsec = -1;
  CALL(clock_settime(CLOCK_REALTIME, &t));
  CALL(syscall(SYS_gettimeofday, NULL, NULL));
  CALL(syscall(SYS_gettimeofday, BAD, NULL));
  CALL(syscall(SYS_time, BAD));
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  sleep_ms(20);
  clock_gettime(CLOCK_MONOTONIC, &b);
  long ms = (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000;
  printf("slept %d\n", ms >= 19 && ms < 2000);
  return 0;
}

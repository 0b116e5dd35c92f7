/* getrusage(2), times(2): what can be said without numbers. */
#include "../check.h"
#include <sys/resource.h>
#include <sys/times.h>

static void burn(void) {
  struct rusage usage;
  do getrusage(RUSAGE_SELF, &usage);
  while (usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec < 30000);
}

int main(void) {
  struct rusage usage;
  struct tms tms;
  CALL(getrusage(5, &usage));
  CALL(getrusage(RUSAGE_SELF, BAD));
  CALL(getrusage(RUSAGE_CHILDREN, &usage));
  printf("no children yet: %ld\n", usage.ru_utime.tv_sec + usage.ru_utime.tv_usec);
  pid_t pid = start(burn);
  CALL(wait4(pid, NULL, 0, &usage) == pid);
  printf("burned: %d\n", usage.ru_utime.tv_usec + usage.ru_stime.tv_usec >= 20000);
  CALL(getrusage(RUSAGE_CHILDREN, &usage));
  printf("children: %d\n", usage.ru_utime.tv_usec + usage.ru_stime.tv_usec >= 20000);
  CALL(getrusage(RUSAGE_THREAD, &usage));
  printf("resident: %d\n", usage.ru_maxrss > 0);
  DONE(times(&tms));
  printf("children's ticks: %d\n", tms.tms_cutime + tms.tms_cstime >= 1);
  CALL(syscall(SYS_times, BAD));
  return 0;
}

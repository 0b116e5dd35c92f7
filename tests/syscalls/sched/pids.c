/* A negative number is invalid to the calls on policies; the ones on affinity look for it and find nobody. */
#include "../check.h"
#include <sched.h>

int main(void) {
  unsigned long mask[128] = {1};
  struct sched_param param = {0};
  struct timespec slice;
  CALL(syscall(SYS_sched_getaffinity, -1, sizeof mask, mask));
  CALL(syscall(SYS_sched_getaffinity, NO_PID, sizeof mask, mask));
  CALL(syscall(SYS_sched_getaffinity, -1, 0, mask));
  CALL(syscall(SYS_sched_getaffinity, -1, sizeof mask - 1, mask));
  CALL(syscall(SYS_sched_setaffinity, -1, sizeof mask, mask));
  CALL(syscall(SYS_sched_setaffinity, NO_PID, sizeof mask, mask));
  CALL(syscall(SYS_sched_setaffinity, -1, sizeof mask, BAD));
  CALL(sched_getscheduler(-1));
  CALL(sched_getscheduler(NO_PID));
  CALL(sched_getparam(-1, &param));
  CALL(sched_getparam(NO_PID, &param));
  CALL(sched_setscheduler(-1, SCHED_OTHER, &param));
  CALL(sched_setscheduler(NO_PID, SCHED_OTHER, &param));
  CALL(sched_rr_get_interval(-1, &slice));
  CALL(sched_rr_get_interval(NO_PID, &slice));
}

/* sched_setscheduler(2), sched_getaffinity(2) and their kin. */
#include "../check.h"
#include <sched.h>

int main(void) {
  struct sched_param p = {0};
  static unsigned long mask[16];
  CALL(sched_setscheduler(0, 99, &p));
  CALL(sched_setscheduler(0, -1, &p));
  CALL(sched_setscheduler(0, SCHED_FIFO, &p));
  CALL(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, BAD));
  CALL(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, NULL));
  CALL(sched_setscheduler(-1, 0, &p));
  CALL(sched_setscheduler(NO_PID, 0, &p));
  CALL(sched_getscheduler(0));
  CALL(sched_getscheduler(-1));
  CALL(sched_getscheduler(NO_PID));
  CALL(syscall(SYS_sched_getparam, 0, NULL));
  CALL(sched_getparam(0, &p));
  CALL(sched_get_priority_max(SCHED_FIFO));
  CALL(sched_get_priority_min(SCHED_RR));
  CALL(sched_get_priority_max(SCHED_OTHER));
  CALL(sched_get_priority_max(77));
  CALL(sched_setscheduler(0, SCHED_BATCH, &p));
  CALL(sched_getscheduler(0));
  CALL(syscall(SYS_sched_getaffinity, 0, 7, mask));
  CALL(syscall(SYS_sched_getaffinity, 0, 128, BAD));
  CALL(syscall(SYS_sched_getaffinity, NO_PID, 128, mask));
  CALL(syscall(SYS_sched_getaffinity, 0, 128, mask) >= 8);
  CALL(mask[0] & 1);
  CALL(syscall(SYS_sched_setaffinity, 0, 128, mask));
  memset(mask, 0, sizeof mask);
  CALL(syscall(SYS_sched_setaffinity, 0, 128, mask));
  CALL(syscall(SYS_sched_setaffinity, 0, 128, BAD));
  CALL(syscall(SYS_sched_rr_get_interval, 0, BAD));
  CALL(sched_yield());
  return 0;
}

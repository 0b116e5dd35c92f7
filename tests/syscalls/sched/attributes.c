/* sched_setscheduler(2), sched_setattr(2), nice, affinity, getpriority: refusals and what is kept. */
#include "../check.h"
#include <sched.h>
#include <sys/resource.h>
struct attr { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; uint32_t min, max; };
static void as_user(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_RTPRIO, &none);
  setrlimit(RLIMIT_NICE, &none);
  if (setresuid(7, 7, 7)) return;
  struct sched_param p = {10};
  CALL(sched_setscheduler(0, SCHED_FIFO, &p));
  p.sched_priority = 0;
  CALL(sched_setscheduler(0, SCHED_BATCH, &p));
  CALL(sched_getscheduler(0));
  CALL(sched_setscheduler(0, SCHED_IDLE, &p));
  CALL(sched_setscheduler(0, SCHED_OTHER, &p));
  CALL(setpriority(PRIO_PROCESS, 0, 5));
  CALL(setpriority(PRIO_PROCESS, 0, 4));
  CALL(setpriority(PRIO_PROCESS, getppid(), 5));
  CALL(sched_setscheduler(getppid(), SCHED_OTHER, &p));
  CALL(getpriority(PRIO_PROCESS, 0));
}
int main(void) {
  struct sched_param p = {0};
  CALL(sched_setscheduler(0, 99, &p));
  CALL(sched_setscheduler(0, -1, &p));
  CALL(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, NULL));
  CALL(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, BAD));
  CALL(sched_setscheduler(NO_PID, SCHED_OTHER, &p));
  CALL(sched_setscheduler(-1, SCHED_OTHER, &p));
  CALL(sched_setscheduler(0, SCHED_FIFO, &p));
  p.sched_priority = 1;
  CALL(sched_setscheduler(0, SCHED_OTHER, &p));
  CALL(sched_setparam(0, &p));
  CALL(sched_get_priority_max(SCHED_RR));
  CALL(sched_get_priority_min(SCHED_OTHER));
  CALL(sched_get_priority_max(77));
  struct attr a = {.size = 0};
  CALL(syscall(SYS_sched_getattr, 0, &a, sizeof a, 0));
  printf("size %u policy %u nice %d\n", a.size, a.policy, a.nice);
  CALL(syscall(SYS_sched_getattr, 0, &a, 47, 0));
  CALL(syscall(SYS_sched_getattr, 0, &a, sizeof a, 1));
  CALL(syscall(SYS_sched_getattr, 0, BAD, sizeof a, 0));
  CALL(syscall(SYS_sched_getattr, NO_PID, &a, sizeof a, 0));
  a = (struct attr){.size = sizeof a, .policy = SCHED_OTHER, .nice = 7};
  CALL(syscall(SYS_sched_setattr, 0, &a, 0));
  CALL(getpriority(PRIO_PROCESS, 0));
  CALL(syscall(SYS_sched_setattr, 0, &a, 1));
  CALL(syscall(SYS_sched_setattr, 0, BAD, 0));
  a.policy = 55;
  CALL(syscall(SYS_sched_setattr, 0, &a, 0));
  cpu_set_t set;
  CPU_ZERO(&set);
  CALL(sched_setaffinity(0, sizeof set, &set));
  CALL(syscall(SYS_sched_getaffinity, 0, 1, &set));
  CALL(syscall(SYS_sched_getaffinity, 0, 12, &set));
  CALL(syscall(SYS_sched_getaffinity, NO_PID, 128, &set));
  CALL(syscall(SYS_sched_setaffinity, 0, 128, BAD));
  CPU_SET(0, &set);
  CALL(sched_setaffinity(0, sizeof set, &set));
  CALL(sched_getcpu());
  CALL(getpriority(9, 0));
  CALL(getpriority(PRIO_PROCESS, NO_PID));
  CALL(setpriority(PRIO_PROCESS, 0, 99));
  CALL(getpriority(PRIO_PROCESS, 0));
  CALL(getpriority(PRIO_PGRP, NO_PID));
  struct timespec t;
  CALL(syscall(SYS_sched_rr_get_interval, NO_PID, &t));
  CALL(syscall(SYS_sched_rr_get_interval, -1, &t));
  CALL(syscall(SYS_sched_rr_get_interval, 0, BAD));
  run("user", as_user);
  return 0;
}

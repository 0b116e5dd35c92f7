/* What a filter can do with a call: SECCOMP_RET_*. */
#include "filter.h"
#include <pthread.h>
static void errno_value(void) {
  CALL(on_call(SYS_getppid, SECCOMP_RET_ERRNO | ENOTNAM));
  CALL(getppid());
  CALL(on_call(SYS_getpgrp, SECCOMP_RET_ERRNO));
  CALL(getpgrp());
  CALL(on_call(SYS_getuid, SECCOMP_RET_ERRNO | 5000));
  CALL(syscall(SYS_getuid) < -1000 ? -2 : 0);
}
static void logged(void) {
  CALL(on_call(SYS_getppid, SECCOMP_RET_LOG));
  CALL(getppid() > 0);
}
static void traced(void) {
  CALL(on_call(SYS_getppid, SECCOMP_RET_TRACE | 7));
  CALL(getppid());
}
static void killed(void) {
  on_signal(SIGSYS, SIG_IGN, 0);
  CALL(on_call(SYS_getppid, SECCOMP_RET_KILL_PROCESS));
  getppid();
}
static void unknown(void) {
  CALL(on_call(SYS_getppid, 0x00010000));
  getppid();
}
static void *calls(void *arg) { getppid(); return arg; }
static void thread_killed(void) {
  CALL(on_call(SYS_getppid, SECCOMP_RET_KILL_THREAD));
  pthread_t t;
  pthread_create(&t, NULL, calls, NULL);
  pthread_join(t, NULL);
  printf("the other lives\n");
  getppid();
}
static void process_killed(void) {
  CALL(on_call(SYS_getppid, SECCOMP_RET_KILL_PROCESS));
  pthread_t t;
  pthread_create(&t, NULL, calls, NULL);
  pthread_join(t, NULL);
  printf("not reached\n");
}
int main(void) {
  run("errno", errno_value);
  run("log", logged);
  run("trace", traced);
  run("kill", killed);
  run("unknown", unknown);
  run("thread", thread_killed);
  run("process", process_killed);
  return 0;
}

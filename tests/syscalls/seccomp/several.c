/* Several filters: the strictest counts, of equals the newest; children and execve keep them; TSYNC. */
#include "filter.h"
#include <pthread.h>
static volatile int step;
static void *asks(void *arg) {
  while (step == 0) sleep_ms(1);
  CALL(getppid());
  return arg;
}
static void strictest(void) {
  CALL(on_call(SYS_getppid, SECCOMP_RET_ERRNO | 1));
  CALL(on_call(SYS_getppid, SECCOMP_RET_ERRNO | 2));
  CALL(on_call(SYS_getppid, SECCOMP_RET_LOG));
  CALL(getppid());
  CALL(on_call(SYS_getppid, SECCOMP_RET_TRAP));
  getppid();
}
static void child_asks(void) { CALL(getppid()); }
static void inherited(void) {
  CALL(on_call(SYS_getppid, SECCOMP_RET_ERRNO | 3));
  run("child", child_asks);
  execl("/proc/self/exe", "again", "again", NULL);
}
static void synchronised(void) {
  pthread_t t;
  pthread_create(&t, NULL, asks, NULL);
  CALL(on_call_flags(SYS_getppid, SECCOMP_RET_ERRNO | 4, SECCOMP_FILTER_FLAG_TSYNC));
  step = 1;
  pthread_join(t, NULL);
}
static void *differs(void *arg) {
  on_call(SYS_getppid, SECCOMP_RET_ERRNO | 6);
  step = 1;
  while (step == 1) sleep_ms(1);
  return arg;
}
static void out_of_step(void) {
  pthread_t t;
  pthread_create(&t, NULL, differs, NULL);
  while (step == 0) sleep_ms(1);
  CALL(on_call_flags(SYS_getuid, SECCOMP_RET_ERRNO | 5, SECCOMP_FILTER_FLAG_TSYNC) > 0);
  CALL(on_call_flags(SYS_getuid, SECCOMP_RET_ERRNO | 5, SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH));
  CALL(getuid());
  step = 2;
  pthread_join(t, NULL);
}
static void too_many(void) {
  static struct sock_filter large[4096];
  for (int i = 0; i < 4096; i++) large[i] = (struct sock_filter)ANSWER(SECCOMP_RET_ALLOW);
  for (int i = 0; i < 9; i++) install(large, 4096, 0);
  CALL(install(large, 4096, 0));
}
int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1) {
    CALL(getppid());
    CALL(prctl(PR_GET_SECCOMP));
    return 0;
  }
  run("strictest", strictest);
  run("inherited", inherited);
  run("tsync", synchronised);
  run("out of step", out_of_step);
  run("too many", too_many);
  return 0;
}

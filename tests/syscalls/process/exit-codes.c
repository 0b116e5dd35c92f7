/* Wait statuses: exit codes are cut to eight bits; the first exit_group counts; a fatal signal in any thread ends all. */
#include "../check.h"
#include <pthread.h>
#include <sys/resource.h>
static void *dies(void *arg) { raise(*(int *)arg); return arg; }
static int signo = SIGTERM;
static void thread_dies(void) {
  pthread_t t;
  pthread_create(&t, NULL, dies, &signo);
  for (;;) pause();
}
static void *thread_exits_status(void *arg) { syscall(SYS_exit, 5); return arg; }
static void last_thread(void) {
  pthread_t t;
  pthread_create(&t, NULL, thread_exits_status, NULL);
  sleep_ms(20);
  syscall(SYS_exit, 6);
}
static void big(void) { _exit(0x1234); }
static void negative(void) { _exit(-1); }
static void aborts(void) { abort(); }
static void quits(void) { raise(SIGQUIT); }
static void cpu(void) {
  struct rlimit limit = {1, 2};
  setrlimit(RLIMIT_CPU, &limit);
  raise(SIGXCPU);
}
int main(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  run("big", big);
  run("negative", negative);
  run("thread's signal", thread_dies);
  signo = SIGKILL;
  run("thread's kill", thread_dies);
  run("last thread", last_thread);
  run("abort", aborts);
  run("quit", quits);
  run("xcpu", cpu);
  return 0;
}

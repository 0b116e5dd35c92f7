/* exit_group(2) ends all threads; exit(2) only one, and the last one's status counts. */
#include "../check.h"
#include <pthread.h>

static void *forever(void *arg) {
  for (;;) pause();
  return arg;
}
static void *exits_all(void *arg) {
  sleep_ms(5);
  _exit(21);
  return arg;
}
static void *last(void *arg) {
  sleep_ms(20);
  syscall(SYS_exit, 23);
  return arg;
}

static void start_thread(void *(*body)(void *)) {
  pthread_t thread;
  pthread_create(&thread, NULL, body, NULL);
}

static void thread_exits_all(void) {
  start_thread(forever);
  start_thread(exits_all);
  forever(NULL);
}
static void leader_first(void) {
  start_thread(last);
  syscall(SYS_exit, 22);
}
static void killed(void) {
  start_thread(forever);
  start_thread(forever);
  raise(SIGKILL);
}

int main(void) {
  run("exit_group in a thread", thread_exits_all);
  run("leader exits first", leader_first);
  run("killed", killed);
  return 0;
}

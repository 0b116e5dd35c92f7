/* execve(2) in a thread: the others end, and the caller has the leader's id. */
#include "../check.h"
#include <pthread.h>

static void *waits(void *arg) {
  for (;;) pause();
  return arg;
}
static void *replaces(void *arg) {
  char id[20];
  snprintf(id, sizeof id, "%d", getpid());
  char *argv[] = {"x", id, NULL};
  execv("/proc/self/exe", argv);
  return arg;
}
static void many(void) {
  pthread_t thread;
  for (int i = 0; i < 3; i++) pthread_create(&thread, NULL, waits, NULL);
  pthread_create(&thread, NULL, replaces, NULL);
  waits(NULL);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("same process %d, leader %d\n", atoi(argv[1]) == getpid(), gettid() == getpid());
    return 9;
  }
  run("thread", many);
  return 0;
}

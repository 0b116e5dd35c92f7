/* Who inherits an alternate stack: a forked child does, a thread and a new program do not. */
#include "../check.h"
#include <pthread.h>
static char stack[65536];
static void show(const char *who) {
  stack_t now;
  sigaltstack(NULL, &now);
  printf("%s: flags %d size %ld\n", who, now.ss_flags, (long)now.ss_size);
}
static void child(void) { show("fork"); }
static void *thread(void *arg) { show("thread"); return arg; }
int main(int argc, char **argv) {
  if (argc > 1) { show("exec"); return 0; }
  stack_t s = {.ss_sp = stack, .ss_size = sizeof stack};
  CALL(sigaltstack(&s, NULL));
  run("child", child);
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  pthread_join(t, NULL);
  show("main");
  execl("/proc/self/exe", argv[0], "again", NULL);
  return 1;
}

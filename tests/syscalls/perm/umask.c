/* umask(2): inherited by fork and execve, shared by threads, private after unshare(CLONE_FS). */
#include "../files.h"
#include <pthread.h>
#include <sched.h>

static void child(void) {
  CALL(umask(011));
  CALL(umask(011));
}
static void executed(void) { execl("/proc/self/exe", "umask", "again", NULL); }
static void *thread(void *arg) {
  (void)arg;
  umask(055);
  return NULL;
}
static void *alone(void *arg) {
  (void)arg;
  CALL(unshare(CLONE_FS));
  CALL(umask(066));
  CALL(mkdir("d", 0777));
  CALL(chdir("d"));
  return NULL;
}

int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1) {
    printf("%o\n", umask(0)); /* 022, as every program here begins. */
    return 0;
  }
  pthread_t t;
  umask(033);
  run("child", child);
  CALL(umask(033));
  run("executed", executed);
  pthread_create(&t, NULL, thread, NULL);
  pthread_join(t, NULL);
  CALL(umask(055));
  pthread_create(&t, NULL, alone, NULL);
  pthread_join(t, NULL);
  CALL(umask(055));
  CALL(access("d", F_OK));
  show("d");
  return 0;
}

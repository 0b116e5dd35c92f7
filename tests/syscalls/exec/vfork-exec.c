/* execve(2) after vfork and in threads: who goes on, whose pid, descriptors of a shared table. */
#include "../check.h"
#include <pthread.h>
#include <sched.h>
static char stack[65536] __attribute__((aligned(16)));
static int execs(void *arg) {
  (void)arg;
  execl("/bin/sh", "sh", "-c", "exit 3", NULL);
  return 9;
}
static int fails(void *arg) {
  (void)arg;
  execl("/nowhere", "nowhere", NULL);
  return errno;
}
static void *thread(void *arg) {
  execl("/proc/self/exe", "again", "thread", arg, NULL);
  return arg;
}
static void from_thread(void) {
  char pid[16];
  snprintf(pid, sizeof pid, "%d", getpid());
  pthread_t t;
  pthread_create(&t, NULL, thread, pid);
  for (;;) pause();
}
int main(int argc, char **argv) {
  int status;
  if (argc > 1) {
    printf("pid kept %d, tid is pid %d\n", getpid() == atoi(argv[2]), gettid() == getpid());
    return 4;
  }
  pid_t pid = clone(execs, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, NULL);
  waitpid(pid, &status, 0);
  show_status("vfork", status);
  printf("still here\n");
  pid = clone(fails, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
  waitpid(pid, &status, 0);
  show_status("fails", status);
  pid = clone(execs, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
  waitpid(pid, &status, 0);
  show_status("shared memory", status);
  run("from a thread", from_thread);
  return 0;
}

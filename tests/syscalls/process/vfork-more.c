/* CLONE_VFORK: the parent waits for execve or exit, not for a stop; signals wait meanwhile; memory is shared. */
#include "../check.h"
#include <sched.h>
static volatile int shared, handled;
static void note(int signo) { (void)signo; handled = shared; }
static char stack[65536] __attribute__((aligned(16)));
static int body(void *arg) {
  (void)arg;
  kill(getppid(), SIGUSR1);
  sleep_ms(30);
  shared = 2;
  return 9;
}
static int execs(void *arg) {
  shared = 3;
  execl("/bin/sh", "sh", "-c", "exit 4", NULL);
  return (intptr_t)arg;
}
static int private(void *arg) { shared = 99; return (intptr_t)arg; }
int main(void) {
  int status;
  on_signal(SIGUSR1, note, 0);
  shared = 1;
  pid_t pid = clone(body, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
  printf("shared %d, handler saw %d\n", shared, handled);
  waitpid(pid, &status, 0);
  show_status("child", status);
  pid = clone(execs, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
  printf("shared %d\n", shared);
  waitpid(pid, &status, 0);
  show_status("exec", status);
  pid = clone(private, stack + sizeof stack, CLONE_VFORK | SIGCHLD, (void *)6);
  waitpid(pid, &status, 0);
  printf("shared %d\n", shared);
  show_status("private", status);
  return 0;
}

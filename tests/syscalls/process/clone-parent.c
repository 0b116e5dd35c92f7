/* CLONE_PARENT: a sibling, not a child; CLONE_CHILD_SETTID and CLEARTID; CLONE_SETTLS; a stack of its own. */
#include "../check.h"
#include <linux/futex.h>
#include <linux/sched.h>
#include <sched.h>
static int child_tid;
static char stack[65536] __attribute__((aligned(16)));
static int on_stack(void *arg) {
  char local;
  *(int *)arg = &local >= stack && &local < stack + sizeof stack;
  return 17;
}
static void middle(void) {
  pid_t pid = syscall(SYS_clone, CLONE_PARENT | SIGUSR1, 0, 0, 0, 0);
  if (pid == 0) _exit(21);
  CALL(waitpid(pid, NULL, __WALL));
  _exit(22);
}
int main(void) {
  int status, shared = 0;
  pid_t pid = start(middle), other;
  waitpid(pid, &status, 0);
  show_status("middle", status);
  other = waitpid(-1, &status, __WALL);
  printf("sibling is another: %d\n", other != pid);
  show_status("sibling", status);
  pid = syscall(SYS_clone, CLONE_CHILD_SETTID | SIGCHLD, 0, 0, &child_tid, 0);
  if (pid == 0) _exit(child_tid == getpid() ? 1 : 2);
  waitpid(pid, &status, 0);
  show_status("child_settid", status);
  printf("here %d\n", child_tid);
  pid = clone(on_stack, stack + sizeof stack, CLONE_VM | SIGCHLD, &shared);
  waitpid(pid, &status, 0);
  show_status("own stack", status);
  printf("on it %d\n", shared);
  int *word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  *word = 1;
  pid = syscall(SYS_clone, CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD, 0, 0, word, 0);
  if (pid == 0) _exit(0);
  waitpid(pid, &status, 0);
  printf("not shared memory: cleared %d\n", *word == 0);
  struct clone_args args = {.flags = CLONE_PARENT_SETTID | CLONE_PIDFD, .exit_signal = SIGCHLD,
                            .parent_tid = (uintptr_t)&child_tid, .pidfd = (uintptr_t)&shared};
  pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) _exit(5);
  CALL(child_tid == pid);
  siginfo_t info;
  CALL(waitid(P_PIDFD, shared, &info, WEXITED));
  CALL(info.si_pid == pid && info.si_status == 5);
  return 0;
}

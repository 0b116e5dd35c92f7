/* clone(2), clone3(2): what is refused, beyond clone-flags.c. */
#include "../check.h"
#include <sched.h>
#include <linux/sched.h>
#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif
static struct clone_args args;
static long clone3(unsigned long long flags, int signo) {
  args.flags = flags;
  args.exit_signal = signo;
  return syscall(SYS_clone3, &args, sizeof args);
}
int main(void) {
  int word = 0;
  CALL(syscall(SYS_clone, CLONE_THREAD | CLONE_SIGHAND, 0, 0, 0, 0));
  CALL(syscall(SYS_clone, CLONE_THREAD | CLONE_VM, 0, 0, 0, 0));
  CALL(syscall(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID, 0, &word, 0, 0));
  CALL(syscall(SYS_clone, CLONE_PIDFD | CLONE_DETACHED, 0, &word, 0, 0));
  CALL(syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, BAD, 0, 0));
  CALL(wait(NULL)); /* No child was made. */
  CALL(clone3(CLONE_DETACHED, 0));
  CALL(clone3(CLONE_SIGHAND, 0));
  CALL(clone3(CLONE_SIGHAND | CLONE_VM | CLONE_CLEAR_SIGHAND, 0));
  CALL(clone3(CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, SIGCHLD));
  CALL(clone3(CLONE_PARENT, SIGCHLD));
  CALL(clone3(1ULL << 40, 0));
  CALL(clone3(0, 65));
  CALL(clone3(0, -1));
  args.stack = 1ULL << 47;
  args.stack_size = 4096;
  CALL(clone3(0, SIGCHLD));
  args.stack = args.stack_size = 0;
  int tid = getpid();
  args.set_tid = (uintptr_t)&tid;
  CALL(clone3(0, SIGCHLD));
  args.set_tid_size = 33;
  CALL(clone3(0, SIGCHLD));
  args.set_tid_size = 1;
  CALL(clone3(0, SIGCHLD));
  tid = 0;
  CALL(clone3(0, SIGCHLD));
  args.set_tid = 8;
  CALL(clone3(0, SIGCHLD));
  args.set_tid = 0;
  CALL(clone3(0, SIGCHLD));
  args.set_tid_size = 0;
  char large[4096] = {0};
  large[sizeof args] = 1;
  CALL(syscall(SYS_clone3, large, sizeof args + 8));
  CALL(syscall(SYS_clone3, &args, 63));
  CALL(syscall(SYS_clone3, &args, 4097));
  return 0;
}

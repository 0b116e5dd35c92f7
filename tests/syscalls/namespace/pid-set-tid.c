/* clone3(2) with set_tid: numbers in a new PID namespace. */
#include "namespaces.h"
#include <linux/sched.h>

static long clone_with(uint64_t flags, pid_t *tids, size_t count) {
  struct clone_args args = {.flags = flags, .exit_signal = SIGCHLD, .set_tid = (uintptr_t)tids, .set_tid_size = count};
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) {
    printf("pid %d\n", getpid());
    _exit(0);
  }
  if (pid > 0) waitpid(pid, NULL, 0);
  return pid > 0 ? 1 : pid;
}

int main(void) {
  pid_t one[] = {1}, two[] = {2}, zero[] = {0}, big[] = {1 << 30}, used[] = {1, getpid()};
  CALL(clone_with(CLONE_NEWPID, one, 1));
  CALL(clone_with(CLONE_NEWPID, two, 1));
  CALL(clone_with(CLONE_NEWPID, zero, 1));
  CALL(clone_with(CLONE_NEWPID, big, 1));
  CALL(clone_with(CLONE_NEWPID, used, 2));
  CALL(clone_with(0, used + 1, 1));
  CALL(clone_with(0, one, 33));
  CALL(clone_with(0, NULL, 1));
  CALL(clone_with(0, one, 0));
  pid_t pid = clone_process(CLONE_NEWPID);
  if (pid == 0) {
    pid_t chosen[] = {77};
    CALL(clone_with(0, chosen, 1));
    CALL(clone_with(0, one, 1));
    if (setuid(1000)) _exit(1);
    CALL(clone_with(0, chosen, 1));
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  return 0;
}

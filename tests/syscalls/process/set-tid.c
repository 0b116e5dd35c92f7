/* clone3(2) with set_tid: the child gets the number that was asked for. */
#include "../check.h"
#include <linux/sched.h>
int main(void) {
  pid_t free_pid = fork();
  if (free_pid == 0) _exit(0);
  waitpid(free_pid, NULL, 0);
  struct clone_args args = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&free_pid, .set_tid_size = 1};
  pid_t pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) _exit(getpid() == free_pid ? 3 : 4);
  CALL(pid == free_pid);
  int status;
  CALL(waitpid(pid, &status, 0) == pid);
  show_status("child", status);
  if (fork() == 0) {
    if (setresuid(77, 77, 77)) _exit(1);
    CALL(syscall(SYS_clone3, &args, sizeof args));
    _exit(0);
  }
  wait(NULL);
  return 0;
}

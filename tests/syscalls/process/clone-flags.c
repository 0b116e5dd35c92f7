/* clone(2), clone3(2): combinations that are refused, exit signals, CLONE_PARENT_SETTID. */
#include "../check.h"
#include <linux/sched.h>
#include <sched.h>

static volatile int got;
static void note(int signo) { got = signo; }

int main(void) {
  CALL(syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0));
  CALL(syscall(SYS_clone, CLONE_SIGHAND, 0, 0, 0, 0));
  CALL(syscall(SYS_clone, CLONE_FS | CLONE_NEWNS, 0, 0, 0, 0));
  struct clone_args args;
  memset(&args, 0, sizeof args);
  CALL(syscall(SYS_clone3, &args, 10));
  CALL(syscall(SYS_clone3, BAD, 64));
  CALL(syscall(SYS_clone3, &args, 5000));
  args.flags = 17;
  CALL(syscall(SYS_clone3, &args, 64));
  args.flags = 0;
  args.exit_signal = 100;
  CALL(syscall(SYS_clone3, &args, 64));
  args.exit_signal = 0;
  args.stack = 4096;
  CALL(syscall(SYS_clone3, &args, 64));
  args.stack = 0;
  args.stack_size = 4096;
  CALL(syscall(SYS_clone3, &args, 64));

  on_signal(SIGUSR1, note, 0);
  int parent_tid = 0;
  pid_t pid = syscall(SYS_clone, CLONE_PARENT_SETTID | SIGUSR1, 0, &parent_tid, 0, 0);
  if (pid == 0) _exit(6);
  CALL(parent_tid == pid);
  int status;
  CALL(waitpid(pid, &status, WNOHANG)); /* Not a child of the usual kind: */
  while (waitpid(pid, &status, __WCLONE) == -1 && errno == EINTR) {
  }
  show_status("__WCLONE", status);
  printf("signal %s\n", sigabbrev_np(got));

  int pidfd = -1;
  pid = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, &pidfd, 0, 0);
  if (pid == 0) _exit(7);
  CALL(fcntl(pidfd, F_GETFD));
  siginfo_t info;
  CALL(waitid(P_PIDFD, pidfd, &info, WEXITED));
  CALL(info.si_status);
  return 0;
}

/* fork(2), wait4(2): statuses, and whose child it is. */
#include "../check.h"

static void exit_3(void) { _exit(3); }
static void exit_256(void) { _exit(256 + 7); }
static void killed(void) { raise(SIGTERM); }
static void aborted(void) { abort(); }
static void orphan(void) {
  pid_t parent = getpid();
  if (fork() == 0) {
    do sleep_ms(50); /* Its parent is reaped by then. */
    while (getppid() == parent);
    printf("orphan has another parent: %d\n", getppid() != parent);
    _exit(0);
  }
  _exit(0);
}

int main(void) {
  run("exit 3", exit_3);
  run("exit 256 + 7", exit_256);
  run("SIGTERM", killed);
  run("abort", aborted);
  CALL(wait(NULL));
  pid_t pid = start(exit_3);
  CALL(waitpid(pid, BAD, 0)); /* The child is reaped all the same. */
  CALL(waitpid(pid, NULL, 0));
  CALL(waitpid(1, NULL, WNOHANG));
  CALL(waitpid(-NO_PID, NULL, 0));
  CALL(waitpid(-1, NULL, 0x100));
  CALL(syscall(SYS_wait4, INT32_MIN, NULL, 0, NULL));
  run("orphan's parent", orphan);
  sleep_ms(150);
  return 0;
}

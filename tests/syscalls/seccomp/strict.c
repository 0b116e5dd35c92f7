/* Strict mode: read, write, _exit and rt_sigreturn; anything else is SIGKILL. */
#include "filter.h"
static void handler(int signo) { (void)signo; }
static void allowed(void) {
  CALL(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
  if (write(1, "write\n", 6) != 6) return;
  char c;
  if (read(0, &c, 1) == 0) syscall(SYS_write, 1, "read\n", 5);
  syscall(SYS_exit, 7);
}
static void denied(void) {
  on_signal(SIGKILL, handler, 0);
  CALL(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL));
  syscall(SYS_getpid);
}
static void exits_group(void) {
  CALL(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
  syscall(SYS_exit_group, 7);
}
static void unknown_call(void) {
  CALL(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
  syscall(9999);
}
int main(void) {
  CALL(prctl(PR_GET_SECCOMP));
  run("allowed", allowed);
  run("denied", denied);
  run("exit_group", exits_group);
  run("unknown", unknown_call);
  return 0;
}

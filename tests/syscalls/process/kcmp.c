/* kcmp(2), and which things fork shares. */
#include "../check.h"
#include <linux/kcmp.h>

int main(void) {
  pid_t me = getpid();
  CALL(syscall(SYS_kcmp, me, me, KCMP_FILE, 0, 0));
  int copy = dup(0), other = open("/dev/null", O_RDONLY);
  CALL(syscall(SYS_kcmp, me, me, KCMP_FILE, 0, copy));
  CALL(syscall(SYS_kcmp, me, me, KCMP_FILE, 0, other) != 0);
  CALL(syscall(SYS_kcmp, me, me, 99, 0, 0));
  CALL(syscall(SYS_kcmp, me, NO_PID, KCMP_FILE, 0, 0));
  CALL(syscall(SYS_kcmp, me, me, KCMP_FILE, 0, NO_FD));
  pid_t pid = fork();
  if (pid == 0) {
    sleep_ms(10000);
    _exit(0);
  }
  CALL(syscall(SYS_kcmp, me, pid, KCMP_FILE, 0, 0));
  CALL(syscall(SYS_kcmp, me, pid, KCMP_FILES, 0, 0) != 0);
  CALL(syscall(SYS_kcmp, me, pid, KCMP_VM, 0, 0) != 0);
  CALL(syscall(SYS_kcmp, me, me, KCMP_VM, 0, 0));
  kill(pid, SIGKILL);
  return 0;
}

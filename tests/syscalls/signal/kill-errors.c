/* kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2): refusals. */
#include "../check.h"

int main(void) {
  pid_t me = getpid();
  CALL(kill(INT32_MIN, 0));
  CALL(kill(0, 65));
  CALL(kill(0, -1));
  CALL(kill(NO_PID, 0));
  CALL(kill(-NO_PID, 0));
  CALL(kill(me, 0));
  CALL(syscall(SYS_tkill, -1, 0));
  CALL(syscall(SYS_tkill, 0, 9));
  CALL(syscall(SYS_tkill, me, 0));
  CALL(syscall(SYS_tgkill, 0, 1, 0));
  CALL(syscall(SYS_tgkill, me, me, 0));
  CALL(syscall(SYS_tgkill, me, me, 65));
  CALL(syscall(SYS_tgkill, NO_PID, me, 0));
  siginfo_t info = {.si_code = SI_USER};
  CALL(syscall(SYS_rt_sigqueueinfo, getppid(), SIGUSR1, &info));
  info.si_code = SI_QUEUE;
  CALL(syscall(SYS_rt_sigqueueinfo, me, 0, &info));
  CALL(syscall(SYS_rt_sigqueueinfo, me, 65, &info));
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, BAD));
  CALL(syscall(SYS_rt_sigqueueinfo, NO_PID, SIGUSR1, &info));
  CALL(syscall(SYS_rt_tgsigqueueinfo, -1, 1, SIGUSR1, &info));
  return 0;
}

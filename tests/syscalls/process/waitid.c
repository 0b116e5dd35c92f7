/* waitid(2): siginfo, WNOWAIT, stops, refusals. */
#include "../check.h"

static void exit_9(void) { _exit(9); }
static void killed(void) { raise(SIGKILL); }
static void stops(void) {
  raise(SIGSTOP);
  _exit(4);
}

static void show(pid_t pid, int options) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int result = waitid(P_PID, pid, &info, options);
  printf("waitid %d: signo %d code %d status %d pid %d uid %d\n", result, info.si_signo,
         info.si_code, info.si_status, info.si_pid == pid, (int)info.si_uid);
}

int main(void) {
  pid_t pid = start(exit_9);
  show(pid, WEXITED | WNOWAIT);
  show(pid, WEXITED | WNOWAIT);
  show(pid, WEXITED);
  pid = start(killed);
  show(pid, WEXITED);
  pid = start(stops);
  show(pid, WSTOPPED);
  show(pid, WSTOPPED | WNOHANG);
  kill(pid, SIGCONT);
  show(pid, WCONTINUED);
  show(pid, WEXITED);
  siginfo_t info;
  CALL(waitid(P_ALL, 0, &info, 0));
  CALL(waitid(P_ALL, 0, &info, WEXITED));
  CALL(waitid(9, 0, &info, WEXITED));
  CALL(waitid(P_PID, 0, &info, WEXITED));
  CALL(waitid(P_PID, -5, &info, WEXITED));
  CALL(waitid(P_PGID, -1, &info, WEXITED));
  CALL(waitid(P_PIDFD, NO_FD, &info, WEXITED));
  CALL(waitid(P_ALL, 0, &info, WEXITED | 0x10000));
  pid = start(exit_9);
  CALL(syscall(SYS_waitid, P_PID, pid, NULL, WEXITED, NULL));
  pid = start(exit_9);
  CALL(waitid(P_PID, pid, BAD, WEXITED));
  return 0;
}

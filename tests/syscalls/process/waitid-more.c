/* waitid(2): groups, WNOWAIT on stops, the kernel's fields, a pidfd that does not block, others' children. */
#include "../check.h"
#include <sys/resource.h>
#ifndef P_PIDFD
#define P_PIDFD 3
#endif
static void show(int type, int id, int options) {
  siginfo_t info;
  memset(&info, 0xee, sizeof info);
  errno = 0;
  int result = waitid(type, id, &info, options);
  if (result < 0) printf("waitid: %s\n", strerrorname_np(errno));
  else printf("waitid: signo %d errno %d code %d status %d pid %d\n", info.si_signo, info.si_errno, info.si_code,
              info.si_status, info.si_pid > 0);
}
static void exits(void) { _exit(300); }
static void waits(void) { for (;;) pause(); }
int main(void) {
  pid_t pid = start(waits);
  setpgid(pid, pid);
  show(P_PGID, pid, WEXITED | WNOHANG);
  show(P_PGID, 0, WEXITED | WNOHANG);
  show(P_PGID, NO_PID, WEXITED | WNOHANG);
  kill(pid, SIGSTOP);
  show(P_PGID, pid, WSTOPPED | WNOWAIT);
  show(P_PID, pid, WSTOPPED | WNOWAIT);
  show(P_ALL, 12345, WSTOPPED);
  kill(pid, SIGCONT);
  show(P_PID, pid, WCONTINUED | WNOWAIT);
  show(P_PID, pid, WSTOPPED | WNOHANG);
  show(P_PID, pid, WCONTINUED);
  int fd = syscall(SYS_pidfd_open, pid, O_NONBLOCK);
  show(P_PIDFD, fd, WEXITED);
  show(P_PIDFD, fd, WEXITED | WNOHANG);
  fcntl(fd, F_SETFL, 0);
  show(P_PIDFD, fd, WEXITED | WNOHANG);
  int own = syscall(SYS_pidfd_open, getpid(), 0);
  show(P_PIDFD, own, WEXITED);
  show(P_PIDFD, 0, WEXITED);
  show(P_PIDFD, -1, WEXITED);
  kill(pid, SIGKILL);
  show(P_PIDFD, fd, WEXITED | WNOWAIT);
  show(P_PIDFD, fd, WEXITED);
  pid = start(exits);
  struct rusage usage = {.ru_maxrss = -1};
  CALL(syscall(SYS_waitid, P_PID, pid, NULL, WEXITED | WNOWAIT, &usage));
  printf("maxrss %d\n", usage.ru_maxrss > 0);
  CALL(syscall(SYS_waitid, P_PID, pid, NULL, WEXITED | WNOWAIT, BAD));
  show(P_PID, pid, WEXITED);
  return 0;
}

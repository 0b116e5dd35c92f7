/* pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2), poll on a pidfd. */
#include "../check.h"
#include <poll.h>

static void sleeps(void) { sleep_ms(10000); }

int main(void) {
  CALL(syscall(SYS_pidfd_open, -1, 0));
  CALL(syscall(SYS_pidfd_open, NO_PID, 0));
  CALL(syscall(SYS_pidfd_open, getpid(), 1));
  CALL(syscall(SYS_pidfd_send_signal, 0, 0, NULL, 0));
  CALL(syscall(SYS_pidfd_send_signal, NO_FD, 0, NULL, 0));
  pid_t pid = start(sleeps);
  int fd = syscall(SYS_pidfd_open, pid, 0);
  CALL(fcntl(fd, F_GETFD));
  struct pollfd entry = {fd, POLLIN, 0};
  CALL(poll(&entry, 1, 0));
  char c;
  CALL(read(fd, &c, 1));
  CALL(syscall(SYS_pidfd_send_signal, fd, 99, NULL, 0));
  CALL(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 1000));
  int theirs = syscall(SYS_pidfd_getfd, fd, 0, 0);
  CALL(theirs >= 0 && fcntl(theirs, F_GETFD) == FD_CLOEXEC);
  CALL(syscall(SYS_pidfd_getfd, fd, 999, 0));
  CALL(syscall(SYS_pidfd_getfd, fd, 0, 1));
  CALL(syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0));
  CALL(poll(&entry, 1, 5000));
  CALL(entry.revents);
  siginfo_t info;
  CALL(waitid(P_PIDFD, fd, &info, WEXITED));
  printf("code %d status %d\n", info.si_code, info.si_status);
  CALL(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
  CALL(waitid(P_PIDFD, fd, &info, WEXITED));
  return 0;
}

/* signalfd(2). */
#include "../check.h"
#include <poll.h>
#include <sys/signalfd.h>

int main(void) {
  static char buffer[256];
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN);
  CALL(syscall(SYS_signalfd4, -1, &set, 8, 1));
  CALL(syscall(SYS_signalfd4, -1, &set, 7, 0));
  CALL(syscall(SYS_signalfd4, -1, BAD, 8, 0));
  CALL(syscall(SYS_signalfd4, NO_FD, &set, 8, 0));
  CALL(syscall(SYS_signalfd4, 0, &set, 8, 0));
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  CALL(read(fd, buffer, 128));
  CALL(read(fd, buffer, 100));
  CALL(write(fd, buffer, 128));
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 42});
  raise(SIGUSR1);
  struct pollfd entry = {fd, POLLIN, 0};
  CALL(poll(&entry, 1, 0));
  struct signalfd_siginfo info[2];
  CALL(read(fd, info, sizeof info));
  for (int i = 0; i < 2; i++)
    printf("%d code %d value %d self %d\n", (int)info[i].ssi_signo, info[i].ssi_code,
           info[i].ssi_int, (int)info[i].ssi_pid == getpid());
  CALL(poll(&entry, 1, 0));
  sigdelset(&set, SIGUSR1);
  CALL(signalfd(fd, &set, 0) == fd);
  raise(SIGUSR1);
  CALL(poll(&entry, 1, 0));
  return 0;
}

/* pidfds: epoll, poll by others, forks and execve, getfd's permissions, signals with a siginfo. */
#include "../check.h"
#include <poll.h>
#include <sys/epoll.h>
static void waits(void) { for (;;) pause(); }
static void got(int signo, siginfo_t *info, void *raw) {
  (void)raw;
  printf("%s code %d value %d\n", sigabbrev_np(signo), info->si_code, info->si_int);
}
static int fd;
static void child_polls(void) {
  struct pollfd entry = {fd, POLLIN, 0};
  CALL(poll(&entry, 1, 5000)); /* Not its child. */
  siginfo_t info;
  CALL(waitid(P_PIDFD, fd, &info, WEXITED));
}
static void user(void) {
  if (setresuid(7, 7, 7)) return;
  CALL(syscall(SYS_pidfd_getfd, fd, 0, 0));
  CALL(syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0));
  CALL(syscall(SYS_pidfd_open, getppid(), 0) >= 0);
}
int main(void) {
  pid_t pid = start(waits);
  fd = syscall(SYS_pidfd_open, pid, 0);
  run("user", user);
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
  CALL(epoll_wait(epoll, &event, 1, 0));
  kill(pid, SIGKILL);
  CALL(epoll_wait(epoll, &event, 1, 5000));
  CALL(event.events);
  run("poller", child_polls);
  waitpid(pid, NULL, 0);
  CALL(epoll_wait(epoll, &event, 1, 0));
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = SIGUSR1;
  info.si_code = SI_QUEUE;
  info.si_int = 5;
  struct sigaction action = {.sa_sigaction = got, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  int own = syscall(SYS_pidfd_open, getpid(), 0);
  CALL(syscall(SYS_pidfd_send_signal, own, SIGUSR1, &info, 0));
  CALL(syscall(SYS_pidfd_send_signal, own, SIGUSR2, &info, 0));
  info.si_code = SI_USER;
  CALL(syscall(SYS_pidfd_send_signal, own, SIGUSR1, &info, 0));
  CALL(syscall(SYS_pidfd_send_signal, own, SIGUSR1, BAD, 0));
  CALL(syscall(SYS_pidfd_send_signal, own, 65, NULL, 0));
  CALL(read(own, &info, 8));
  CALL(write(own, &info, 8));
  CALL(lseek(own, 0, SEEK_SET));
  CALL(fcntl(own, F_GETFL) & (O_ACCMODE | O_NONBLOCK));
  CALL(syscall(SYS_pidfd_open, 0, 0));
  CALL(syscall(SYS_pidfd_open, getpid(), O_CLOEXEC));
  int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
  CALL(syscall(SYS_pidfd_send_signal, proc, 0, NULL, 0));
  CALL(waitid(P_PIDFD, proc, &info, WEXITED));
  return 0;
}

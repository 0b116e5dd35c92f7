/* signalfd(2): what it tells of a child, a timer, a queued signal; masks; forked and closed ends. */
#include "../check.h"
#include <poll.h>
#include <sys/signalfd.h>
static void exits(void) { _exit(7); }
static int fd;
static void show(void) {
  struct signalfd_siginfo info;
  memset(&info, 0, sizeof info);
  ssize_t n = read(fd, &info, sizeof info);
  if (n < 0) { printf("read: %s\n", strerrorname_np(errno)); return; }
  printf("%ld: signo %u code %d pid %d uid %u status %d int %d tid %u fd %d\n", (long)n, info.ssi_signo,
         info.ssi_code, info.ssi_pid != 0, info.ssi_uid, info.ssi_status, info.ssi_int, info.ssi_tid, info.ssi_fd);
}
static void reads_parents(void) { show(); raise(SIGUSR1); show(); }
int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN);
  sigaddset(&set, SIGKILL);
  sigprocmask(SIG_BLOCK, &set, NULL);
  fd = signalfd(-1, &set, SFD_NONBLOCK);
  pid_t pid = start(exits);
  struct pollfd entry = {fd, POLLIN, 0};
  CALL(poll(&entry, 1, 5000));
  show();
  waitpid(pid, NULL, 0);
  kill(getpid(), SIGUSR1);
  show();
  syscall(SYS_tkill, getpid(), SIGUSR1);
  show();
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = -5});
  show();
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
  event.sigev_value.sival_int = 33;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  struct itimerspec when = {{0, 0}, {0, 1000000}};
  timer_settime(timer, 0, &when, NULL);
  CALL(poll(&entry, 1, 5000));
  show();
  raise(SIGUSR1);
  run("child", reads_parents); /* A child has its own signals. */
  show();
  show();
  show();
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(fcntl(fd, F_GETFL) & O_NONBLOCK);
  return 0;
}

/* O_ASYNC: signals when a pipe or a socket becomes ready; which files know the flag at all. */
#include "../check.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

static void collect(const char *when, int fd) {
  sigset_t set;
  siginfo_t info;
  struct timespec now = {0};
  sigemptyset(&set);
  sigaddset(&set, SIGIO);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGRTMIN);
  printf("%s:", when);
  while (sigtimedwait(&set, &info, &now) > 0) {
    printf(" [%s code %d", info.si_signo == SIGRTMIN ? "RTMIN" : sigabbrev_np(info.si_signo), info.si_code);
    if (info.si_code != SI_KERNEL) printf(" band %lx fd %d", info.si_band, info.si_fd - fd);
    printf("]");
  }
  printf("\n");
}

static void flag(const char *name, int fd) {
  int result = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC);
  printf("%s: %d, kept %d\n", name, result, (fcntl(fd, F_GETFL) & O_ASYNC) != 0);
  close(fd);
}

int main(void) {
  char byte;
  int p[2], s[2];
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  if (pipe(p) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, s) != 0) return 1;

  CALL(fcntl(p[0], F_SETFL, O_ASYNC));
  DONE(write(p[1], "x", 1));
  collect("no owner", p[0]);
  CALL(fcntl(p[0], F_SETOWN, getpid()));
  collect("owner, data there already", p[0]);
  DONE(write(p[1], "x", 1));
  collect("write", p[0]);
  CALL(fcntl(p[0], F_SETSIG, SIGRTMIN));
  DONE(write(p[1], "x", 1));
  DONE(write(p[1], "x", 1));
  collect("two writes", p[0]);
  CALL(fcntl(p[0], F_SETSIG, SIGIO));
  DONE(write(p[1], "x", 1));
  collect("SIGIO asked for", p[0]);
  CALL(fcntl(p[0], F_SETSIG, SIGCHLD));
  DONE(write(p[1], "x", 1));
  collect("SIGCHLD", p[0]);
  CALL(fcntl(p[0], F_SETSIG, SIGUSR1));
  DONE(read(p[0], &byte, 1));
  collect("reading", p[0]);
  CALL(fcntl(p[0], F_SETFL, 0));
  DONE(write(p[1], "x", 1));
  collect("switched off", p[0]);
  CALL(fcntl(p[0], F_SETFL, O_ASYNC));
  CALL(close(p[1]));
  collect("writer closes", p[0]);
  CALL(close(p[0]));

  if (pipe(p) != 0) return 1;
  CALL(fcntl(p[1], F_SETOWN, getpid()));
  CALL(fcntl(p[1], F_SETSIG, SIGRTMIN));
  CALL(fcntl(p[1], F_SETFL, O_ASYNC));
  DONE(write(p[1], "xx", 2));
  collect("writer writes", p[1]);
  DONE(read(p[0], &byte, 1));
  collect("reader reads", p[1]);
  CALL(close(p[0]));
  collect("reader closes", p[1]);

  CALL(fcntl(s[0], F_SETOWN, getpid()));
  CALL(fcntl(s[0], F_SETSIG, SIGRTMIN));
  CALL(fcntl(s[0], F_SETFL, O_ASYNC));
  DONE(write(s[1], "x", 1));
  collect("socket written", s[0]);
  DONE(read(s[0], &byte, 1));
  collect("socket read", s[0]);

  flag("file", open("f", O_RDWR | O_CREAT, 0600));
  flag("directory", open(".", O_RDONLY));
  flag("eventfd", eventfd(0, 0));
  flag("/dev/null", open("/dev/null", O_RDWR));
  int fd = open("f", O_RDWR | O_ASYNC);
  printf("open with O_ASYNC: %d\n", (fcntl(fd, F_GETFL) & O_ASYNC) != 0);
}

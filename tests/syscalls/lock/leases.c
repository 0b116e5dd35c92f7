/* F_SETLEASE: who may take one, and how it is broken. */
#include "locks.h"

static int fd, told;
static void broken(int signo, siginfo_t *info, void *context) {
  (void)context;
  told = signo;
  if (signo == SIGRTMIN) printf("told of the right file %d\n", info->si_fd == fd);
  fcntl(fd, F_SETLEASE, F_UNLCK);
}

static void other(void) { become(1000, 1000); CALL(fcntl(fd, F_SETLEASE, F_RDLCK)); }
static void capable(void) { become_with(1000, 1000, CAP(LEASE)); CALL(fcntl(fd, F_SETLEASE, F_RDLCK)); }
static void opens_nonblock(void) { CALL(open("file", O_WRONLY | O_NONBLOCK)); }
static void opens_reading(void) { CALL(open("file", O_RDONLY | O_NONBLOCK) >= 0); }
static void opens(void) { CALL(open("file", O_RDWR) >= 0); }
static void truncates(void) { CALL(truncate("file", 0)); }

int main(void) {
  struct sigaction action = {.sa_sigaction = broken, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGIO, &action, NULL);
  sigaction(SIGRTMIN, &action, NULL);
  chmod(".", 0755);
  put("file", "x");
  fd = open("file", O_RDONLY);
  CALL(fcntl(fd, F_GETLEASE));
  run("other", other);
  run("capable", capable);
  CALL(fcntl(fd, F_SETLEASE, F_RDLCK));
  CALL(fcntl(fd, F_GETLEASE));
  CALL(fcntl(fd, F_SETLEASE, 3));
  CALL(fcntl(fd, F_SETLEASE, F_UNLCK));
  CALL(fcntl(fd, F_SETLEASE, F_UNLCK));
  CALL(fcntl(fd, F_GETLEASE));
  CALL(fcntl(fd, F_SETLEASE, F_WRLCK));
  CALL(fcntl(fd, F_GETLEASE));
  int second = open("file", O_RDONLY | O_NONBLOCK);
  CALL(second);
  CALL(told);
  CALL(fcntl(fd, F_GETLEASE));
  second = open("file", O_RDONLY);
  CALL(fcntl(fd, F_SETLEASE, F_WRLCK));
  CALL(fcntl(fd, F_SETLEASE, F_RDLCK));
  CALL(fcntl(second, F_SETLEASE, F_RDLCK));
  CALL(fcntl(second, F_SETLEASE, F_UNLCK));
  CALL(fcntl(second, F_GETLEASE));
  close(second);
  run("reads", opens_reading);
  run("writes, does not wait", opens_nonblock);
  CALL(told == SIGIO);
  told = 0;
  CALL(fcntl(fd, F_SETSIG, SIGRTMIN));
  CALL(fcntl(fd, F_SETLEASE, F_RDLCK));
  run("writes", opens);
  CALL(told == SIGRTMIN);
  CALL(fcntl(fd, F_SETLEASE, F_WRLCK));
  run("truncates", truncates);
  CALL(fcntl(fd, F_GETLEASE));
  int writer = open("file", O_RDWR);
  CALL(fcntl(fd, F_SETLEASE, F_RDLCK));
  CALL(fcntl(writer, F_SETLEASE, F_RDLCK));
  close(fd);
  CALL(fcntl(writer, F_SETLEASE, F_WRLCK));
  CALL(fcntl(open(".", O_RDONLY), F_SETLEASE, F_RDLCK));
  int ends[2];
  if (pipe(ends)) return 1;
  CALL(fcntl(ends[0], F_SETLEASE, F_RDLCK));
  CALL(fcntl(open("file", O_PATH), F_SETLEASE, F_RDLCK));
  return 0;
}

/* F_SETOWN, F_SETOWN_EX, F_SETSIG: who is told of a file, and with which signal. */
#include "../check.h"

static int fd;

static const char *type_name(int type) {
  return type == F_OWNER_TID ? "tid" : type == F_OWNER_PID ? "pid" : type == F_OWNER_PGRP ? "pgrp" : "?";
}

static void show(const char *when) {
  struct f_owner_ex owner = {.type = 77, .pid = 77};
  int result = fcntl(fd, F_GETOWN_EX, &owner);
  int plain = fcntl(fd, F_GETOWN);
  const char *who = owner.pid == 0 ? "nobody" : owner.pid == getpid() ? "me" : owner.pid == getpgrp() ? "my group" : "another";
  printf("%s: %d, %s %s, F_GETOWN %s\n", when, result, type_name(owner.type), who,
         plain == 0 ? "0" : plain == owner.pid ? "same" : plain == -owner.pid ? "negative" : "other");
}

static int set(int type, int pid) {
  struct f_owner_ex owner = {.type = type, .pid = pid};
  return fcntl(fd, F_SETOWN_EX, &owner);
}

static void nothing(void) {}

int main(void) {
  int fds[2];
  setpgid(0, 0);
  if (pipe(fds) != 0) return 1;
  fd = fds[0];
  show("fresh");
  CALL(fcntl(fd, F_SETOWN, getpid()));
  show("pid");
  CALL(fcntl(fd, F_SETOWN, -getpgrp()));
  show("group");
  CALL(fcntl(fd, F_SETOWN, 0));
  show("none");
  CALL(fcntl(fd, F_SETOWN, NO_PID));
  CALL(fcntl(fd, F_SETOWN, -NO_PID));
  CALL(fcntl(fd, F_SETOWN, -2147483647 - 1));
  show("after errors");
  CALL(set(F_OWNER_TID, getpid()));
  show("ex tid");
  CALL(set(F_OWNER_PID, getpid()));
  show("ex pid");
  CALL(set(F_OWNER_PGRP, getpgrp()));
  show("ex group");
  CALL(set(F_OWNER_PID, 0));
  show("ex none");
  CALL(set(3, getpid()));
  CALL(set(-1, getpid()));
  CALL(set(F_OWNER_PID, NO_PID));
  CALL(set(F_OWNER_PID, -1));
  CALL(fcntl(fd, F_SETOWN_EX, BAD));
  CALL(fcntl(fd, F_GETOWN_EX, BAD));

  pid_t pid = start(nothing);
  CALL(fcntl(fd, F_SETOWN, pid));
  waitpid(pid, NULL, 0);
  show("dead");

  CALL(fcntl(fd, F_GETSIG));
  CALL(fcntl(fd, F_SETSIG, SIGRTMIN));
  CALL(fcntl(fd, F_GETSIG) - SIGRTMIN);
  CALL(fcntl(fd, F_SETSIG, 65));
  CALL(fcntl(fd, F_SETSIG, -1));
  CALL(fcntl(fd, F_SETSIG, SIGKILL));
  CALL(fcntl(fd, F_SETSIG, 64));
  CALL(fcntl(fd, F_SETSIG, 0));
  int path = open(".", O_PATH);
  CALL(fcntl(path, F_GETOWN));
  CALL(fcntl(path, F_SETOWN, getpid()));
}

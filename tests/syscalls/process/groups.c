/* setpgid(2), getpgid(2), setsid(2), getsid(2). */
#include "../check.h"

static void session(void) {
  CALL(setsid() == getpid());
  CALL(setsid());
  CALL(setpgid(0, 0));
  CALL(getsid(0) == getpid());
  CALL(getpgid(0) == getpid());
  CALL(getpgrp() == getpid());
  CALL(tcgetpgrp(0));
}

static void group(void) {
  CALL(setpgid(0, 0));
  CALL(getpgrp() == getpid());
  CALL(setsid()); /* Already the leader of a group. */
}

static void sleeps(void) { sleep_ms(10000); }

int main(void) {
  run("session", session);
  run("group", group);
  CALL(setpgid(-1, 0));
  CALL(setpgid(0, -1));
  CALL(setpgid(NO_PID, 0));
  CALL(getpgid(NO_PID));
  CALL(getpgid(-1));
  CALL(getsid(NO_PID));
  CALL(getsid(0) == getsid(getpid()));
  CALL(setpgid(getppid(), 0));
  pid_t pid = start(sleeps);
  CALL(setpgid(pid, NO_PID));
  CALL(setpgid(pid, pid));
  CALL(getpgid(pid) == pid);
  CALL(kill(-pid, SIGKILL));
  int status;
  CALL(waitpid(-pid, &status, 0) == pid);
  show_status("group's only member", status);
  CALL(kill(-pid, 0));
  return 0;
}

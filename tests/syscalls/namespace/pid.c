/* PID namespaces: the first process, its children, and how each sees the others. */
#include "namespaces.h"

static void first(void) {
  CALL(getpid());
  CALL(getppid());
  CALL(syscall(SYS_gettid));
  CALL(getpgrp());
  CALL(getsid(0));
  CALL(setsid());
  CALL(getpgrp());
  CALL(kill(2, 0));
  pid_t pid = CALL(fork() == 0 ? (_exit(getpid() == 2 && getppid() == 1 ? 5 : 6), 0) : 2);
  int status;
  CALL(waitpid(pid, &status, 0));
  show_status("second", status);
  pid = fork();
  if (pid == 0) {
    CALL(getpid());
    pause();
  }
  siginfo_t info;
  sleep_ms(20);
  CALL(kill(pid, SIGTERM));
  CALL(waitid(P_ALL, 0, &info, WEXITED));
  CALL(info.si_pid == pid);
  CALL(info.si_pid);
  CALL(kill(1, SIGKILL)); /* It cannot kill itself. */
  CALL(kill(1, SIGTERM));
  CALL(kill(-1, SIGTERM));
  CALL(kill(getppid(), SIGTERM));
}

int main(void) {
  pid_t outside = getpid();
  CALL(unshare(CLONE_NEWPID));
  CALL(getpid() == outside);
  pid_t pid = fork();
  if (pid == 0) {
    first();
    _exit(3);
  }
  int status;
  CALL(waitpid(pid, &status, 0) == pid);
  CALL(pid > 1);
  show_status("first", status);
  CALL(fork()); /* The namespace has ended with its first process. */
  CALL(unshare(CLONE_NEWPID));
  return 0;
}

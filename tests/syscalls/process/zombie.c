/* A zombie: its numbers stay, signals go nowhere, its group lives; a zombie leader with live threads is no zombie to wait for. */
#include "../check.h"
#include <pthread.h>
static void exits(void) { _exit(1); }
static void *lives(void *arg) { sleep_ms(60); _exit((intptr_t)arg); }
static void leaves(void) {
  pthread_t t;
  pthread_create(&t, NULL, lives, (void *)55);
  pthread_exit(NULL);
}
int main(void) {
  siginfo_t info;
  pid_t pid = start(exits);
  waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
  CALL(getpgid(pid) == getpgrp());
  CALL(getsid(pid) == getsid(0));
  CALL(setpgid(pid, pid));
  CALL(kill(pid, SIGTERM));
  CALL(syscall(SYS_pidfd_open, pid, 0) >= 0);
  int fd = syscall(SYS_pidfd_open, pid, 0);
  CALL(syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0));
  CALL(syscall(SYS_pidfd_getfd, fd, 0, 0));
  char path[64], text[256];
  snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
  int cmdline = open(path, O_RDONLY);
  CALL(read(cmdline, text, sizeof text));
  snprintf(path, sizeof path, "/proc/%d/exe", pid);
  CALL(readlink(path, text, sizeof text));
  snprintf(path, sizeof path, "/proc/%d/cwd", pid);
  CALL(readlink(path, text, sizeof text));
  snprintf(path, sizeof path, "/proc/%d/fd", pid);
  int status;
  CALL(waitpid(pid, &status, 0) == pid);
  CALL(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
  CALL(getpgid(pid));
  pid = start(leaves);
  sleep_ms(30);
  CALL(waitpid(pid, &status, WNOHANG));
  CALL(kill(pid, 0));
  CALL(waitpid(pid, &status, 0) == pid);
  show_status("threads", status);
  return 0;
}

/* wait4(2): which children __WCLONE, __WALL and groups select; WNOHANG; stops reported once. */
#include "../check.h"
#include <sched.h>
#include <sys/resource.h>
static void exits(void) { _exit(1); }
static void stops(void) { raise(SIGSTOP); raise(SIGSTOP); _exit(2); }
static pid_t quiet(int signo, int code) {
  pid_t pid = syscall(SYS_clone, signo, 0, 0, 0, 0);
  if (pid == 0) _exit(code);
  return pid;
}
int main(void) {
  int status;
  struct rusage usage;
  CALL(wait4(-1, &status, 0x10, NULL));
  CALL(wait4(-1, &status, WEXITED, NULL));
  CALL(wait4(INT32_MIN, &status, 0, NULL));
  CALL(wait4(-1, &status, 0, NULL));
  CALL(wait4(0, &status, 0, NULL));
  CALL(wait4(-99999, &status, 0, NULL));
  pid_t pid = quiet(0, 5);
  sleep_ms(20);
  CALL(waitpid(-1, &status, 0));
  CALL(waitpid(pid, &status, WNOHANG));
  CALL(waitpid(pid, &status, WNOHANG | __WCLONE) == pid);
  show_status("clone child", status);
  pid = quiet(SIGCONT, 6);
  CALL(waitpid(-1, &status, __WALL) == pid);
  show_status("__WALL", status);
  pid = start(exits);
  sleep_ms(20);
  CALL(waitpid(pid, &status, __WCLONE | WNOHANG));
  CALL(waitpid(pid, BAD, 0));
  CALL(waitpid(pid, &status, 0)); /* It is gone all the same. */
  pid = start(exits);
  CALL(wait4(pid, NULL, 0, BAD));
  pid = start(stops);
  CALL(waitpid(pid, &status, WUNTRACED) == pid);
  show_status("first", status);
  CALL(waitpid(pid, &status, WUNTRACED | WNOHANG));
  kill(pid, SIGCONT);
  CALL(waitpid(pid, &status, WCONTINUED) == pid);
  show_status("then", status);
  CALL(waitpid(pid, &status, WUNTRACED) == pid);
  show_status("again", status);
  kill(pid, SIGKILL);
  CALL(wait4(pid, &status, WUNTRACED | WCONTINUED, &usage) == pid);
  show_status("end", status);
  return 0;
}

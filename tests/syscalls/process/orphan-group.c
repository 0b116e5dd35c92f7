/* Orphaned process groups: stopped members get SIGHUP and SIGCONT; terminal stops do nothing in one. */
#include "../check.h"
static int ends[2];
static void say(char c) { if (write(ends[1], &c, 1) != 1) _exit(1); }
static void on_hup(int signo) { say(signo == SIGHUP ? 'H' : '?'); }
static void on_cont(int signo) { say(signo == SIGCONT ? 'C' : '?'); }
int main(void) {
  if (pipe(ends)) return 1;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  int status;
  pid_t leader = fork();
  if (leader == 0) { /* A session of its own, whose leader leaves a stopped child in another group. */
    setsid();
    pid_t pid = fork();
    if (pid == 0) {
      setpgid(0, 0);
      on_signal(SIGHUP, on_hup, 0);
      on_signal(SIGCONT, on_cont, 0);
      raise(SIGSTOP);
      say('e');
      raise(SIGTSTP); /* Nobody could continue it. */
      raise(SIGTTIN);
      say('E');
      _exit(3);
    }
    waitpid(pid, &status, WUNTRACED);
    show_status("member", status);
    _exit(0);
  }
  waitpid(leader, &status, 0);
  show_status("leader", status);
  CALL(waitpid(-1, &status, 0) > 0);
  show_status("member", status);
  char text[16] = "";
  CALL(read(ends[0], text, 15));
  printf("%s\n", text);
  return 0;
}

/* What each signal does to a process that says nothing about it. */
#include "../check.h"

static int signo;
static void sends(void) {
  raise(signo);
  _exit(0);
}

int main(void) {
  for (signo = 1; signo <= 64; signo++) {
    if (signo == 32 || signo == 33) continue; /* The C library's own. */
    int status;
    pid_t pid = fork();
    if (pid == 0) {
      setpgid(0, 0);
      alarm(0);
      sends();
    }
    waitpid(pid, &status, WUNTRACED);
    printf("%d ", signo);
    if (signo <= 31) show_status(sigabbrev_np(signo), status & ~0x80);
    else printf("%s %d\n", WIFSIGNALED(status) ? "killed by" : "exit", WTERMSIG(status) - signo);
    if (WIFSTOPPED(status)) {
      kill(pid, SIGKILL);
      waitpid(pid, &status, 0);
    }
  }
  return 0;
}

/* CLONE_CLEAR_SIGHAND: handlers are gone, ignored signals stay ignored. */
#include "../check.h"
#include <linux/sched.h>
static void handler(int signo) { (void)signo; }
static void show(int signo) {
  struct sigaction now;
  sigaction(signo, NULL, &now);
  printf("%s %s\n", sigabbrev_np(signo),
         now.sa_handler == SIG_DFL ? "default" : now.sa_handler == SIG_IGN ? "ignored" : "caught");
}
int main(void) {
  on_signal(SIGUSR1, handler, 0);
  signal(SIGUSR2, SIG_IGN);
  struct clone_args args = {.flags = 0x100000000ULL, .exit_signal = SIGCHLD};
  pid_t pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) {
    show(SIGUSR1);
    show(SIGUSR2);
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  show(SIGUSR1);
  return 0;
}

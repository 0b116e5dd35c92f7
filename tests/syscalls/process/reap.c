/* SIGCHLD ignored or with SA_NOCLDWAIT: no zombies. SA_NOCLDSTOP: no signal for stops. */
#include "../check.h"

static volatile int count, code;
static void on_child(int signo, siginfo_t *info, void *context) {
  (void)signo, (void)context;
  count++;
  code = info->si_code;
}
static void exit_3(void) { _exit(3); }
static void stops(void) {
  raise(SIGSTOP);
  _exit(0);
}

int main(void) {
  signal(SIGCHLD, SIG_IGN);
  pid_t pid = start(exit_3);
  CALL(waitpid(pid, NULL, 0));
  struct sigaction action = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_NOCLDWAIT};
  sigaction(SIGCHLD, &action, NULL);
  pid = start(exit_3);
  while (count == 0) sleep_ms(1);
  CALL(waitpid(pid, NULL, 0));
  printf("signals %d code %d\n", count, code);
  action.sa_flags = SA_SIGINFO | SA_NOCLDSTOP | SA_RESTART;
  sigaction(SIGCHLD, &action, NULL);
  count = 0;
  pid = start(stops);
  int status;
  waitpid(pid, &status, WUNTRACED);
  show_status("child", status);
  printf("signals %d\n", count);
  kill(pid, SIGCONT);
  waitpid(pid, &status, 0);
  show_status("child", status);
  printf("signals %d code %d\n", count, code);
  return 0;
}

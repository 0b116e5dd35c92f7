/* sigtimedwait(2): what it takes, times out, and what interrupts it; ignored signals that are waited for. */
#include "../check.h"
#include <pthread.h>
static pid_t parent;
static void sends(int signo, int ms) {
  if (fork() == 0) { sleep_ms(ms); kill(parent, signo); _exit(0); }
}
static void note(int signo) { printf("handler %s\n", sigabbrev_np(signo)); }
int main(void) {
  parent = getpid();
  sigset_t set, all;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGCHLD);
  sigfillset(&all);
  siginfo_t info;
  struct timespec zero = {0, 0}, some = {0, 50000000}, bad = {0, -1}, far = {1, 0};
  CALL(syscall(SYS_rt_sigtimedwait, &set, &info, &bad, 8));
  CALL(syscall(SYS_rt_sigtimedwait, &set, &info, BAD, 8));
  CALL(syscall(SYS_rt_sigtimedwait, BAD, &info, &zero, 8));
  CALL(syscall(SYS_rt_sigtimedwait, &set, &info, &zero, 4));
  CALL(sigtimedwait(&set, &info, &zero));
  CALL(sigtimedwait(&set, &info, &some));
  sigprocmask(SIG_BLOCK, &set, NULL);
  sends(SIGUSR1, 20);
  CALL(sigtimedwait(&set, &info, &far) == SIGUSR1);
  printf("code %d\n", info.si_code);
  CALL(sigtimedwait(&set, &info, &far) == SIGCHLD);
  printf("code %d status %d\n", info.si_code, info.si_status);
  raise(SIGUSR1);
  CALL(syscall(SYS_rt_sigtimedwait, &set, BAD, &zero, 8));
  CALL(sigtimedwait(&set, NULL, &zero));
  on_signal(SIGUSR2, note, SA_RESTART);
  sends(SIGUSR2, 20);
  sigdelset(&set, SIGCHLD);
  signal(SIGCHLD, SIG_DFL);
  CALL(sigtimedwait(&set, &info, &far));
  sigemptyset(&set);
  sigaddset(&set, SIGURG); /* Ignored by default, not blocked, but waited for. */
  sends(SIGURG, 20);
  CALL(sigtimedwait(&set, &info, &far)); /* So it is lost. */
  while (wait(NULL) > 0) {}
  return 0;
}

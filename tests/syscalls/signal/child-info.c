/* SIGCHLD: what it says of exits, kills, stops and continues; several children, one signal; exit signals other than SIGCHLD. */
#include "../check.h"
static volatile int seen;
static void show(int signo, siginfo_t *info, void *raw) {
  (void)raw;
  seen++;
  printf("%s code %d status %d uid %d pid %d\n", sigabbrev_np(signo), info->si_code, info->si_status, (int)info->si_uid,
         info->si_pid > 0);
}
static void exits(void) { _exit(42); }
static void as_user(void) { if (setresuid(7, 7, 7)) _exit(1); _exit(43); }
static void waits(void) { for (;;) pause(); }
static void wait_for(int n) { while (seen < n) sleep_ms(1); seen = 0; }
int main(void) {
  struct sigaction action = {.sa_sigaction = show, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGCHLD, &action, NULL);
  sigaction(SIGUSR1, &action, NULL);
  start(exits);
  wait_for(1);
  start(as_user);
  wait_for(1);
  pid_t pid = start(waits);
  kill(pid, SIGSTOP);
  wait_for(1);
  kill(pid, SIGCONT);
  wait_for(1);
  kill(pid, SIGTERM);
  wait_for(1);
  while (waitpid(-1, NULL, WNOHANG) > 0) {}
  pid = syscall(SYS_clone, SIGUSR1, 0, 0, 0, 0);
  if (pid == 0) _exit(44);
  wait_for(1);
  CALL(waitpid(pid, NULL, __WCLONE) == pid);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  for (int i = 0; i < 3; i++) start(exits);
  siginfo_t info;
  for (int i = 0; i < 3; i++) waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), waitpid(info.si_pid, NULL, 0);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  printf("seen %d\n", seen);
  return 0;
}

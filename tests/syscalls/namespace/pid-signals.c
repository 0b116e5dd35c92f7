/* si_pid as the receiver's namespace has it: 0 for who is outside. */
#include "namespaces.h"

static volatile int from = -1, signaled;
static void note(int signo, siginfo_t *info, void *context) {
  (void)context;
  signaled = signo;
  from = info->si_pid;
}

int main(void) {
  int ready[2];
  if (pipe(ready)) return 1;
  pid_t pid = clone_process(CLONE_NEWPID);
  if (pid == 0) {
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (write(ready[1], "", 1) != 1) _exit(1);
    siginfo_t info;
    CALL(sigwaitinfo(&set, &info) == SIGUSR1);
    CALL(info.si_pid);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    if (fork() == 0) {
      kill(getppid(), SIGUSR1);
      _exit(0);
    }
    int status;
    while (wait(&status) == -1 && errno == EINTR) {
    }
    printf("%s from %d\n", sigabbrev_np(signaled), from);
    raise(SIGUSR1);
    printf("own: %d\n", from);
    _exit(0);
  }
  char c;
  if (read(ready[0], &c, 1) != 1) return 1;
  sleep_ms(20);
  kill(pid, SIGUSR1);
  siginfo_t info;
  CALL(waitid(P_PID, pid, &info, WEXITED));
  CALL(info.si_pid == pid);
  return 0;
}

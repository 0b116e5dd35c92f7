/* kill(2) by a plain user: whose processes; SIGCONT within the session; CAP_KILL. */
#include "../check.h"
static void sleeps(void) { sleep_ms(2000); }
static pid_t roots, mine, other;
static void user(uid_t uid) { if (setresuid(uid, uid, uid)) _exit(9); }
static void sleeps_as_7(void) { user(7); sleeps(); }
static void sleeps_elsewhere(void) { setsid(); user(8); sleeps(); }
static void as_7(void) {
  user(7);
  CALL(kill(roots, 0));
  CALL(kill(roots, SIGTERM));
  CALL(kill(roots, SIGCONT));
  CALL(kill(mine, 0));
  CALL(kill(other, 0));
  CALL(kill(other, SIGCONT));
  CALL(syscall(SYS_tkill, roots, 0));
  CALL(syscall(SYS_tgkill, roots, roots, SIGCONT));
  CALL(sigqueue(roots, SIGUSR1, (union sigval){0}));
  CALL(sigqueue(mine, 0, (union sigval){0}));
  int fd = syscall(SYS_pidfd_open, roots, 0);
  CALL(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
  CALL(syscall(SYS_pidfd_getfd, fd, 0, 0));
  CALL(kill(roots, 99));
}
static void effective_only(void) {
  if (setresuid(7, 0, 0) || setresuid(-1, 7, 0)) return;
  CALL(kill(mine, 0));
  CALL(kill(roots, 0));
}
static void saved_of_target(void) {
  /* The target's saved id counts, its effective one does not. */
  pid_t pid = fork();
  if (pid == 0) { if (setresuid(0, 7, 0)) _exit(1); sleeps(); _exit(0); }
  sleep_ms(30);
  user(7);
  CALL(kill(pid, 0));
  if (setresuid(7, 7, 7) == 0) CALL(kill(pid, SIGKILL));
}
int main(void) {
  roots = start(sleeps);
  mine = start(sleeps_as_7);
  other = start(sleeps_elsewhere);
  sleep_ms(50);
  run("user 7", as_7);
  run("effective", effective_only);
  run("saved", saved_of_target);
  kill(roots, SIGKILL), kill(mine, SIGKILL), kill(other, SIGKILL);
  while (wait(NULL) > 0) {}
  return 0;
}

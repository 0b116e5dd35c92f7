/* kill(2) to groups: 0, -pgid; zombies count; a leader that is gone. */
#include "../check.h"
static volatile int got;
static void note(int signo) { (void)signo; got++; }
static void waits(void) { for (;;) pause(); }
static void exits(void) { _exit(0); }
static void group(void) {
  setpgid(0, 0);
  pid_t a = start(waits), b = start(waits);
  on_signal(SIGUSR1, note, 0);
  signal(SIGTERM, SIG_IGN);
  sleep_ms(20);
  CALL(kill(0, SIGUSR1));
  printf("got %d\n", got);
  int status;
  waitpid(a, &status, 0);
  show_status("a", status);
  waitpid(b, &status, 0);
  show_status("b", status);
  CALL(kill(-getpgrp(), SIGTERM));
}
int main(void) {
  run("group", group);
  pid_t leader = fork();
  if (leader == 0) {
    setpgid(0, 0);
    if (fork() == 0) { alarm(5); waits(); }
    _exit(0);
  }
  setpgid(leader, leader);
  int status;
  waitpid(leader, &status, 0);
  CALL(kill(leader, 0));
  CALL(kill(-leader, 0)); /* The group lives as long as it has members. */
  CALL(kill(-leader, SIGKILL));
  pid_t zombie = start(exits);
  siginfo_t info;
  waitid(P_PID, zombie, &info, WEXITED | WNOWAIT);
  CALL(kill(zombie, 0));
  CALL(kill(zombie, SIGKILL));
  CALL(syscall(SYS_tgkill, zombie, zombie, SIGUSR1));
  waitpid(zombie, &status, 0);
  show_status("zombie", status);
  CALL(kill(zombie, 0));
  return 0;
}

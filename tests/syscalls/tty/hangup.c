/* The master closes: SIGHUP to the leader, end of file, EIO; the session's leader ends: SIGHUP to the foreground. */
#include "tty.h"
static char c;
static int ready[2];
static void member(void) {
  close(master);
  on_signal(SIGHUP, note, 0);
  on_signal(SIGCONT, note, 0);
  if (write(ready[1], "r", 1) != 1) _exit(1);
  sleep_ms(100);
  show_got("member");
  _exit(0);
}
static void closes(void) {
  take_terminal();
  on_signal(SIGHUP, note, SA_RESTART);
  on_signal(SIGCONT, note, SA_RESTART);
  pid_t pid = start(member);
  setpgid(pid, pid);
  if (read(ready[0], &c, 1) != 1) return;
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(slave, pid);
  close(master);
  sleep_ms(20);
  show_got("leader");
  CALL(read(slave, &c, 1));
  CALL(write(slave, &c, 1));
  struct termios t;
  CALL(tcgetattr(slave, &t));
  CALL(tcgetpgrp(slave));
  struct pollfd entry = {slave, POLLIN | POLLOUT, 0};
  CALL(poll(&entry, 1, 0));
  printf("revents %x\n", entry.revents);
  CALL(open("/dev/tty", O_RDWR));
  waitpid(pid, NULL, 0);
}
static void leader_ends(void) {
  take_terminal();
  pid_t pid = fork();
  if (pid == 0) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, 0);
    member();
  }
  setpgid(pid, pid);
  if (read(ready[0], &c, 1) != 1) return;
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(slave, pid);
}
static void waits_in_read(void) {
  take_terminal();
  on_signal(SIGHUP, note, SA_RESTART);
  if (write(ready[1], "r", 1) != 1) return;
  close(master);
  CALL(read(slave, &c, 1));
  show_got("reader");
}
int main(void) {
  if (pipe(ready)) return 1;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  open_pty();
  pid_t pid = start(leader_ends);
  waitpid(pid, NULL, 0);
  wait(NULL);
  struct termios t;
  CALL(tcgetattr(slave, &t)); /* The terminal lives on, for others. */
  CALL(tcgetsid(slave));
  close(slave);
  CALL(read(master, &c, 1));
  close(master);
  open_pty();
  pid = fork();
  if (pid == 0) closes(), _exit(0);
  close(master), close(slave);
  waitpid(pid, NULL, 0);
  open_pty();
  pid = fork();
  if (pid == 0) waits_in_read(), _exit(0);
  if (read(ready[0], &c, 1) != 1) return 1;
  sleep_ms(30);
  close(master);
  waitpid(pid, NULL, 0);
  return 0;
}

/* TIOCSCTTY, TIOCNOTTY, TIOCGSID, TIOCGPGRP, TIOCSPGRP, /dev/tty: getting a terminal and losing it. */
#include "tty.h"
static pid_t others_group;
static void without(void) {
  setsid();
  CALL(open("/dev/tty", O_RDWR));
  CALL(ioctl(slave, TIOCNOTTY));
  CALL(tcgetpgrp(slave));
  CALL(tcgetsid(slave));
  CALL(ioctl(slave, TIOCSCTTY, 0));
  CALL(ioctl(slave, TIOCSCTTY, 0)); /* It has it already. */
  CALL(tcgetsid(slave) == getpid());
  CALL(tcgetpgrp(slave) == getpid());
  CALL(tcgetsid(master) == getpid());
  CALL(tcgetpgrp(master) == getpid());
  CALL(open("/dev/tty", O_RDWR) >= 0);
  int pid = NO_PID;
  CALL(ioctl(slave, TIOCSPGRP, &pid));
  pid = -1;
  CALL(ioctl(slave, TIOCSPGRP, &pid));
  CALL(ioctl(slave, TIOCSPGRP, BAD));
  pid = others_group;
  CALL(ioctl(slave, TIOCSPGRP, &pid)); /* Another session's. */
  on_signal(SIGHUP, note, 0);
  on_signal(SIGCONT, note, 0);
  CALL(ioctl(slave, TIOCNOTTY));
  show_got("leader");
  CALL(open("/dev/tty", O_RDWR));
  CALL(tcgetpgrp(slave));
}
static void not_leader(void) { CALL(ioctl(slave, TIOCSCTTY, 0)); }
static void takes_by_open(void) {
  setsid();
  int fd = open(ptsname(master), O_RDWR | O_NOCTTY);
  CALL(tcgetpgrp(fd));
  fd = open(ptsname(master), O_RDWR);
  CALL(tcgetpgrp(fd) == getpid());
  pid_t pid = fork();
  if (pid == 0) {
    setsid();
    CALL(open("/dev/tty", O_RDWR));
    CALL(ioctl(slave, TIOCSCTTY, 0)); /* Another session's terminal. */
    CALL(ioctl(slave, TIOCSCTTY, 1)); /* Stolen. */
    CALL(tcgetsid(slave) == getpid());
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  CALL(tcgetpgrp(slave));
  CALL(open("/dev/tty", O_RDWR));
}
int main(void) {
  open_pty();
  others_group = getpgrp();
  run("not a leader", not_leader);
  run("without", without);
  run("by open", takes_by_open);
  return 0;
}

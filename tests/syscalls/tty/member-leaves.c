/* TIOCNOTTY by a process that does not lead its session: it alone has no terminal any more, nor do its children. */
#include "tty.h"
static void child(void) { CALL(open("/dev/tty", O_RDWR)); }
static void leaves(void) {
  CALL(open("/dev/tty", O_RDWR) >= 0);
  CALL(ioctl(slave, TIOCNOTTY));
  CALL(open("/dev/tty", O_RDWR));
  CALL(tcgetpgrp(slave));
  run("child", child);
}
static void leader(void) {
  take_terminal();
  on_signal(SIGHUP, note, 0);
  run("member", leaves);
  show_got("leader");
  CALL(open("/dev/tty", O_RDWR) >= 0);
}
int main(void) {
  open_pty();
  run("leader", leader);
  return 0;
}

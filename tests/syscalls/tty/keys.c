/* Signals from the keyboard go to the foreground group only; NOFLSH; keys that are off; TIOCSIG. */
#include "tty.h"
static int ready[2], report[2];
static void member(const char *who) {
  int signals[] = {SIGINT, SIGQUIT, SIGTSTP, SIGWINCH};
  for (int i = 0; i < 4; i++) on_signal(signals[i], note, 0);
  char c;
  setpgid(0, 0);
  if (write(ready[1], "r", 1) != 1) _exit(1);
  while (read(report[0], &c, 1) < 0) {}
  show_got(who);
}
static void front(void) { member("front"); }
static void back(void) { member("back"); }
static void leader(void) {
  char c, text[16];
  struct termios t;
  take_terminal();
  signal(SIGTTOU, SIG_IGN);
  if (pipe(ready) || pipe(report)) return;
  pid_t a = start(front);
  if (read(ready[0], &c, 1) != 1) return;
  pid_t b = start(back);
  if (read(ready[0], &c, 1) != 1) return;
  CALL(tcsetpgrp(slave, a));
  type("\x03");
  sleep_ms(10);
  type("\x1c\x1a");
  sleep_ms(10);
  struct winsize size = {10, 20, 0, 0};
  CALL(ioctl(slave, TIOCSWINSZ, &size));
  CALL(ioctl(master, TIOCSWINSZ, &size)); /* The same: no signal. */
  sleep_ms(10);
  CALL(ioctl(master, TIOCSIG, SIGINT));
  CALL(ioctl(master, TIOCSIG, 99));
  sleep_ms(10);
  if (write(report[1], "xx", 2) != 2) return;
  waitpid(a, NULL, 0), waitpid(b, NULL, 0);
  CALL(tcsetpgrp(slave, getpgrp()));
  on_signal(SIGINT, note, 0);
  on_signal(SIGQUIT, note, 0);
  type("lost\x03kept\n");
  memset(text, 0, sizeof text);
  CALL(read(slave, text, 15));
  printf("%s", text);
  tcgetattr(slave, &t);
  t.c_lflag |= NOFLSH;
  t.c_cc[VQUIT] = _POSIX_VDISABLE;
  tcsetattr(slave, TCSANOW, &t);
  type("kept\x03 too\n");
  memset(text, 0, sizeof text);
  CALL(read(slave, text, 15));
  printf("%s", text);
  type("\x1c\n");
  CALL(read(slave, text, 15));
  printf("%d\n", text[0]);
  t.c_lflag &= ~ISIG;
  tcsetattr(slave, TCSANOW, &t);
  type("\x03\n");
  CALL(read(slave, text, 15));
  printf("%d\n", text[0]);
  show_got("leader");
}
int main(void) {
  open_pty();
  run("leader", leader);
  return 0;
}

/* Pseudo-terminals: canonical mode, echo, signals, window size. */
#include "../check.h"
#include <sys/ioctl.h>
#include <termios.h>

static int master;
static void show(const char *what, int fd) {
  char buffer[200];
  ssize_t n = read(fd, buffer, sizeof buffer);
  printf("%s: %ld ", what, (long)n);
  for (ssize_t i = 0; i < n; i++)
    if (buffer[i] < ' ') printf("\\%03o", buffer[i]);
    else putchar(buffer[i]);
  printf("%s\n", n < 0 ? strerrorname_np(errno) : "");
}
static void type(const char *text) {
  if (write(master, text, strlen(text)) < 0) perror("write");
}

int main(void) {
  master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  CALL(grantpt(master));
  CALL(unlockpt(master));
  int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_NONBLOCK);
  CALL(isatty(slave));
  struct termios t;
  CALL(tcgetattr(slave, &t));
  printf("%x %x %x %x\n", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag);
  show("nothing", slave);
  type("half");
  show("half a line", slave);
  type(" line\n");
  show("a line", slave);
  show("echo", master);
  type("mistake\x7f\x7f!\x15kill\n");
  show("edited", slave);
  show("echo", master);
  type("\x04");
  show("end of file", slave);
  if (write(slave, "a\nb", 3) != 3) return 1;
  show("output", master);
  struct winsize size = {30, 90, 0, 0}, got;
  CALL(ioctl(master, TIOCSWINSZ, &size));
  CALL(ioctl(slave, TIOCGWINSZ, &got));
  printf("%d %d\n", got.ws_row, got.ws_col);
  cfmakeraw(&t);
  CALL(tcsetattr(slave, TCSANOW, &t));
  type("raw\r\x03");
  show("raw", slave);
  CALL(tcgetpgrp(slave));
  CALL(tcsetpgrp(slave, getpgrp()));
  CALL(ioctl(slave, 0x5499, 0));
  close(slave);
  show("hung up", master);
  return 0;
}

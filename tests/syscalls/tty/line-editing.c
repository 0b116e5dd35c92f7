/* Canonical mode: erase, word erase, kill, literal next, reprint, end of file in a line, long lines, IUTF8, case and CR. */
#include "tty.h"
static void line(const char *text) {
  char buffer[5000];
  type(text);
  ssize_t n = read(slave, buffer, sizeof buffer);
  printf("%ld:", (long)n);
  for (ssize_t i = 0; i < n && i < 40; i++)
    if (buffer[i] >= ' ' && buffer[i] < 127) putchar(buffer[i]);
    else printf("\\%03o", (unsigned char)buffer[i]);
  printf("\n");
}
static void echo(void) {
  char buffer[8192];
  fcntl(master, F_SETFL, O_NONBLOCK);
  ssize_t n = read(master, buffer, sizeof buffer);
  fcntl(master, F_SETFL, 0);
  printf("echo %ld:", (long)n);
  for (ssize_t i = 0; i < n && i < 100; i++)
    if (buffer[i] >= ' ' && buffer[i] < 127) putchar(buffer[i]);
    else printf("\\%03o", (unsigned char)buffer[i]);
  printf("\n");
}
static void set(tcflag_t iflag_on, tcflag_t iflag_off, tcflag_t lflag_on, tcflag_t lflag_off) {
  struct termios t;
  tcgetattr(slave, &t);
  t.c_iflag = (t.c_iflag | iflag_on) & ~iflag_off;
  t.c_lflag = (t.c_lflag | lflag_on) & ~lflag_off;
  tcsetattr(slave, TCSANOW, &t);
}
int main(void) {
  open_pty();
  line("one two  three\x17\x17\n"); echo();
  line("abc\x15" "def\n"); echo();
  line("a\x16\x03" "b\x16\x04\n"); echo();
  line("part\x04"); echo();
  line("\x04"); echo();
  line("again\x12 and\n"); echo();
  line("\x7f\x7f" "x\x7f\ty\x7f\x7fz\n"); echo();
  line("tab\x09\x7f\n"); echo();
  line("control \x01\x7f\n"); echo();
  line("carriage\r"); echo();
  set(INLCR | IGNCR, ICRNL, 0, 0);
  line("ig\rnored\x04"); echo();
  set(0, INLCR | IGNCR, 0, 0);
  set(IUTF8 | ICRNL, 0, 0, 0);
  line("\xc3\xa9\xe2\x82\xac\x7f\n"); echo();
  set(ISTRIP, 0, 0, 0);
  line("\xe1\xe2\n"); echo();
  set(IUCLC, ISTRIP, IEXTEN, 0);
  line("UPPER\n"); echo();
  set(0, IUCLC, 0, ECHO);
  line("silent\x7f\n"); echo();
  set(0, 0, ECHONL, 0);
  line("newline\n"); echo();
  set(0, 0, ECHO, ECHOE | ECHOK | ECHOKE | ECHONL);
  line("plain\x7f\x15" "k\n"); echo();
  set(0, 0, ECHOPRT | ECHOE, 0);
  line("print\x7f\x7f" "x\n"); echo();
  set(0, 0, 0, ECHOCTL | ECHOPRT);
  line("\x01\n"); echo();
  set(0, 0, 0, IEXTEN);
  line("word\x17\x16\n"); echo();
  static char large[4200];
  memset(large, 'a', 4199);
  large[4197] = '\n';
  large[4198] = 0;
  set(0, 0, 0, ECHO);
  line(large);
  struct termios t;
  tcgetattr(slave, &t);
  t.c_cc[VEOL] = ';';
  tcsetattr(slave, TCSANOW, &t);
  line("end;of line\n");
  line("");
  return 0;
}

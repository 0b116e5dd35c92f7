/* vhangup(2): what is open is cut off, the session loses its terminal, a new open works. */
#include "tty.h"
#include <pthread.h>
static char c;
static long waited = -9;
static void *reads(void *arg) { waited = read(slave, &c, 1); return arg; }
static void plain(void) {
  take_terminal();
  if (setresuid(7, 7, 7)) return;
  CALL(syscall(SYS_vhangup));
}
static void without(void) {
  setsid();
  CALL(syscall(SYS_vhangup));
}
static void leader(void) {
  struct termios t;
  take_terminal();
  on_signal(SIGHUP, note, SA_RESTART);
  on_signal(SIGCONT, note, SA_RESTART);
  tcgetattr(slave, &t);
  t.c_lflag &= ~ECHO;
  tcsetattr(slave, TCSANOW, &t);
  pthread_t thread;
  pthread_create(&thread, NULL, reads, NULL);
  sleep_ms(20);
  CALL(syscall(SYS_vhangup));
  pthread_join(thread, NULL);
  CALL(waited);
  show_got("leader");
  CALL(read(slave, &c, 1));
  CALL(write(slave, "x", 1));
  CALL(tcgetattr(slave, &t));
  int group = getpgrp();
  CALL(ioctl(slave, TIOCSPGRP, &group));
  struct pollfd entry = {slave, POLLIN | POLLOUT, 0};
  CALL(poll(&entry, 1, 0));
  printf("revents %x\n", entry.revents);
  CALL(open("/dev/tty", O_RDWR));
  slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  CALL(write(slave, "new", 3));
  CALL(tcgetattr(slave, &t));
  printf("echo %d\n", (t.c_lflag & ECHO) != 0);
  char text[8] = "";
  CALL(read(master, text, 8));
  printf("%s\n", text);
}
int main(void) {
  open_pty();
  run("plain", plain);
  run("without", without);
  run("leader", leader);
  return 0;
}

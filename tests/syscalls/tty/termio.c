/* The settings in System V's struct termio, and those that TIOCSLCKTRMIOS keeps from changing. */
#include "../check.h"
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <asm/termios.h>

int ioctl(int, unsigned long, ...);

static int tty;

static void show(const char *when) {
  struct termio old;
  struct termios now;
  memset(&old, 0xee, sizeof old);
  printf("%s: TCGETA %d", when, ioctl(tty, TCGETA, &old));
  printf(" %x %x %x %x line %d cc", old.c_iflag, old.c_oflag, old.c_cflag, old.c_lflag, old.c_line);
  for (int i = 0; i < 8; i++) printf(" %x", old.c_cc[i]);
  printf("; TCGETS %d", ioctl(tty, TCGETS, &now));
  printf(" %x %x %x %x line %d cc", now.c_iflag, now.c_oflag, now.c_cflag, now.c_lflag, now.c_line);
  for (int i = 0; i < NCCS; i++) printf(" %x", now.c_cc[i]);
  printf("\n");
}

int main(void) {
  char text[16];
  int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK);
  CALL(ioctl(master, TIOCSPTLCK, &(int){0}));
  tty = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_NONBLOCK);
  show("fresh");

  struct termio t;
  ioctl(tty, TCGETA, &t);
  struct termios wide;
  ioctl(tty, TCGETS, &wide);
  wide.c_iflag |= 0x10000;
  wide.c_lflag |= 0x20000;
  CALL(ioctl(tty, TCSETS, &wide));
  t.c_iflag = 0;
  t.c_oflag = 0;
  t.c_lflag &= ~(ICANON | ECHO);
  t.c_cc[VINTR] = 'x';
  CALL(ioctl(tty, TCSETA, &t));
  show("TCSETA keeps the upper halves");
  t.c_cc[VQUIT] = 'y';
  CALL(ioctl(tty, TCSETAW, &t));
  CALL(write(master, "abc", 3));
  sleep_ms(50);
  t.c_cc[VKILL] = 'z';
  CALL(ioctl(tty, TCSETAF, &t));
  CALL(read(tty, text, sizeof text));
  show("TCSETAF has thrown input away");
  CALL(ioctl(tty, TCGETA, BAD));
  CALL(ioctl(tty, TCSETA, BAD));
  CALL(ioctl(master, TCGETA, &t));

  struct termios lock;
  memset(&lock, 0xee, sizeof lock);
  CALL(ioctl(tty, TIOCGLCKTRMIOS, &lock));
  printf("%x %x %x %x %d %x %x\n", lock.c_iflag, lock.c_oflag, lock.c_cflag, lock.c_lflag, lock.c_line,
         lock.c_cc[0], lock.c_cc[18]);
  memset(&lock, 0, sizeof lock);
  lock.c_lflag = ISIG;
  lock.c_oflag = OPOST;
  lock.c_cc[VINTR] = 1;
  CALL(ioctl(tty, TIOCSLCKTRMIOS, &lock));
  ioctl(tty, TCGETS, &wide);
  wide.c_lflag = ECHO;
  wide.c_oflag = OPOST | ONLCR;
  wide.c_cc[VINTR] = 'q';
  wide.c_cc[VQUIT] = 'q';
  CALL(ioctl(tty, TCSETS, &wide));
  show("locked");
  CALL(ioctl(tty, TIOCGLCKTRMIOS, &lock));
  printf("%x %x %x %x %d %x %x\n", lock.c_iflag, lock.c_oflag, lock.c_cflag, lock.c_lflag, lock.c_line,
         lock.c_cc[0], lock.c_cc[18]);
  CALL(ioctl(tty, TIOCSLCKTRMIOS, BAD));
  CALL(setresuid(1, 1, 1));
  CALL(ioctl(tty, TIOCSLCKTRMIOS, &lock));
  CALL(ioctl(tty, TIOCGLCKTRMIOS, &lock));
}

/* Output processing: OPOST, ONLCR, OCRNL, ONOCR, ONLRET, OLCUC, tabs; stopped output; queues and flushing. */
#include "tty.h"
static void show(const char *text) {
  char buffer[200];
  if (write(slave, text, strlen(text)) < 0) perror("write");
  struct pollfd arrives = {master, POLLIN, 0};
  ssize_t n = poll(&arrives, 1, 5000) == 1 ? read(master, buffer, sizeof buffer) : 0;
  printf("%ld:", (long)n);
  for (ssize_t i = 0; i < n; i++)
    if (buffer[i] >= ' ' && buffer[i] < 127) putchar(buffer[i]);
    else printf("\\%03o", (unsigned char)buffer[i]);
  printf("\n");
}
static void set(tcflag_t flags) {
  struct termios t;
  tcgetattr(slave, &t);
  t.c_oflag = flags;
  CALL(tcsetattr(slave, TCSADRAIN, &t));
}
int main(void) {
  open_pty();
  show("a\nb\tc\rd");
  set(OPOST);
  show("a\nb\rc");
  set(OPOST | OCRNL);
  show("a\rb");
  set(OPOST | ONOCR);
  show("\nx\r");
  show("\r\r");
  set(OPOST | ONLRET);
  show("ab\n\tx");
  set(OPOST | OLCUC);
  show("\rUpper lower");
  set(OPOST | XTABS);
  show("\rab\tc\t\td");
  show("\b\b\tx");
  set(OPOST | OCRNL | XTABS);
  show("\rab\r\tx");
  set(OPOST | OCRNL | ONLRET | XTABS);
  show("ab\r\tx");
  set(OPOST | OLCUC | XTABS);
  show("\r\341\337\367\200\001\177\tx");
  struct termios utf8;
  tcgetattr(slave, &utf8);
  utf8.c_iflag |= IUTF8;
  tcsetattr(slave, TCSANOW, &utf8);
  show("\r\303\274\tx");
  set(0);
  show("raw\n\t\r");
  struct termios t;
  tcgetattr(slave, &t);
  t.c_lflag &= ~(ICANON | ECHO);
  t.c_cc[VMIN] = 0;
  t.c_cc[VTIME] = 0;
  tcsetattr(slave, TCSANOW, &t);
  int n = -1;
  type("waiting");
  /* Linux hands it over by a worker. */
  struct pollfd typed = {slave, POLLIN, 0};
  poll(&typed, 1, 5000);
  CALL(ioctl(slave, FIONREAD, &n));
  CALL(n);
  CALL(tcflush(slave, TCIFLUSH));
  CALL(ioctl(slave, FIONREAD, &n));
  CALL(n);
  if (write(slave, "unread", 6) != 6) return 1;
  struct pollfd arrives = {master, POLLIN, 0};
  CALL(poll(&arrives, 1, 1000));
  CALL(ioctl(master, FIONREAD, &n));
  CALL(n);
  CALL(tcflush(slave, 9));
  CALL(tcflow(slave, TCOOFF));
  fcntl(slave, F_SETFL, O_NONBLOCK);
  CALL(write(slave, "x", 1));
  struct pollfd entry = {slave, POLLOUT, 0};
  CALL(poll(&entry, 1, 0));
  CALL(tcflow(slave, TCOON));
  CALL(write(slave, "x", 1));
  CALL(tcflow(slave, 9));
  CALL(tcdrain(slave));
  CALL(tcsendbreak(slave, 0));
  CALL(ioctl(slave, TIOCGETD, &n));
  CALL(n);
  n = 99;
  CALL(ioctl(slave, TIOCSETD, &n));
  CALL(ioctl(slave, TIOCSTI, "x"));
  CALL(ioctl(slave, TIOCSTI, BAD));
  CALL(read(slave, &n, 1));
  return 0;
}

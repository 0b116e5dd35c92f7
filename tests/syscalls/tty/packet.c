/* The master: packet mode, TIOCGPTPEER, locks, numbers, a slave that closes and opens again. */
#include "tty.h"
static void show(void) {
  char buffer[100];
  fcntl(master, F_SETFL, O_NONBLOCK);
  errno = 0;
  ssize_t n = read(master, buffer, sizeof buffer);
  printf("%ld %s", (long)n, n < 0 ? strerrorname_np(errno) : "");
  for (ssize_t i = 0; i < n; i++)
    if (buffer[i] >= ' ' && buffer[i] < 127) putchar(buffer[i]);
    else printf("\\%03o", (unsigned char)buffer[i]);
  printf("\n");
}
int main(void) {
  master = posix_openpt(O_RDWR | O_NOCTTY);
  int n = -1;
  CALL(ioctl(master, TIOCGPTLCK, &n));
  CALL(n);
  CALL(open(ptsname(master), O_RDWR | O_NOCTTY));
  CALL(unlockpt(master));
  CALL(ioctl(master, TIOCGPTN, &n));
  show();
  slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  CALL(fcntl(slave, F_GETFD));
  CALL(isatty(slave));
  CALL(isatty(master));
  CALL(ioctl(slave, TIOCGPTN, &n));
  CALL(ioctl(slave, TIOCPKT, &n));
  CALL(ioctl(master, TIOCGPKT, &n));
  CALL(n);
  n = 1;
  CALL(ioctl(master, TIOCPKT, &n));
  show();
  CALL(write(slave, "data", 4));
  show();
  CALL(tcflow(slave, TCOOFF));
  struct pollfd entry = {master, POLLIN | POLLPRI, 0};
  CALL(poll(&entry, 1, 0));
  printf("revents %x\n", entry.revents);
  show();
  CALL(tcflow(slave, TCOON));
  show();
  CALL(tcflush(slave, TCIOFLUSH));
  show();
  struct termios t;
  tcgetattr(slave, &t);
  t.c_iflag &= ~IXON;
  CALL(tcsetattr(slave, TCSANOW, &t));
  show();
  t.c_iflag |= IXON;
  CALL(tcsetattr(slave, TCSANOW, &t));
  show();
  n = 0;
  CALL(ioctl(master, TIOCPKT, &n));
  CALL(write(slave, "left", 4));
  close(slave);
  show();
  show();
  CALL(poll(&entry, 1, 0));
  printf("revents %x\n", entry.revents);
  slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  show();
  CALL(poll(&entry, 1, 0));
  printf("revents %x\n", entry.revents);
  struct pollfd other = {slave, POLLIN | POLLOUT, 0};
  CALL(poll(&other, 1, 0));
  printf("revents %x\n", other.revents);
  n = 1;
  CALL(ioctl(slave, TIOCEXCL));
  CALL(ioctl(slave, TIOCGEXCL, &n));
  CALL(n);
  CALL(ioctl(slave, TIOCNXCL));
  CALL(lseek(slave, 0, SEEK_SET));
  CALL(fsync(slave));
  CALL(ftruncate(slave, 0));
  return 0;
}

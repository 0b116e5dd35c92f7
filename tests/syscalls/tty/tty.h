/* Programs about terminals: a session with a pty of its own. */
#include "../check.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

static int master, slave;

static inline void open_pty(void) {
  master = posix_openpt(O_RDWR | O_NOCTTY);
  grantpt(master);
  unlockpt(master);
  slave = open(ptsname(master), O_RDWR | O_NOCTTY);
}
/* The caller becomes a session leader with the slave as its terminal. */
static inline void take_terminal(void) {
  setsid();
  ioctl(slave, TIOCSCTTY, 0);
}
static inline void type(const char *text) {
  if (write(master, text, strlen(text)) < 0) perror("write");
}
static volatile int got[65];
static inline void note(int signo) { got[signo]++; }
static inline void show_got(const char *who) {
  printf("%s got", who);
  for (int i = 1; i < 32; i++) if (got[i]) printf(" %s*%d", sigabbrev_np(i), got[i]);
  printf("\n");
  for (int i = 1; i < 32; i++) got[i] = 0;
}

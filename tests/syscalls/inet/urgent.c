/* The urgent byte of TCP: MSG_OOB, the mark, inline, SIGURG. */
#include "inet.h"

static int s[2];
static char b[100];
static volatile int urgents;
static void on_urgent(int signo) {
  (void)signo;
  urgents++;
}

static void at_mark(void) {
  int n = -1;
  CALL(ioctl(s[0], SIOCATMARK, &n));
  printf("  at mark: %d\n", n);
  CALL(ioctl(s[0], FIONREAD, &n));
  printf("  readable: %d\n", n);
}

static void get(int flags) {
  memset(b, 0, sizeof b);
  errno = 0;
  int n = recv(s[0], b, 50, flags | MSG_DONTWAIT);
  printf("recv %x = %d %s \"%s\"\n", flags, n, n < 0 ? strerrorname_np(errno) : "", b);
}

static void begin(const char *what) {
  printf("-- %s\n", what);
  tcp_pair(s);
  fcntl(s[0], F_SETOWN, getpid());
}

int main(void) {
  fresh();
  on_signal(SIGURG, on_urgent, SA_RESTART);
  begin("in the middle");
  get(MSG_OOB);
  CALL(send(s[1], "abc", 3, 0));
  CALL(send(s[1], "XYZ", 3, MSG_OOB));
  CALL(send(s[1], "def", 3, 0));
  CALL(urgents);
  show_poll("urgent", s[0]);
  at_mark();
  get(MSG_OOB | MSG_PEEK);
  get(MSG_PEEK);
  get(0);
  at_mark();
  show_poll("at the mark", s[0]);
  get(MSG_OOB);
  get(MSG_OOB);
  show_poll("taken", s[0]);
  at_mark();
  get(MSG_PEEK);
  get(0);
  at_mark();
  get(MSG_OOB);
  show_poll("after", s[0]);

  begin("never taken");
  send(s[1], "abcU", 4, MSG_OOB);
  send(s[1], "def", 3, 0);
  get(0);
  get(0);
  get(MSG_OOB);

  begin("two");
  send(s[1], "aU", 2, MSG_OOB);
  send(s[1], "bV", 2, MSG_OOB);
  send(s[1], "c", 1, 0);
  CALL(urgents);
  get(MSG_OOB);
  get(0);
  get(0);
  get(0);

  begin("alone");
  send(s[1], "U", 1, MSG_OOB);
  show_poll("only urgent", s[0]);
  at_mark();
  get(0);
  get(MSG_OOB);
  get(0);
  send(s[1], "V", 1, MSG_OOB);
  at_mark();
  get(MSG_OOB);
  send(s[1], "x", 1, 0);
  get(0);

  begin("inline");
  set_int(s[0], SOL_SOCKET, SO_OOBINLINE, 1);
  send(s[1], "abU", 3, MSG_OOB);
  send(s[1], "cd", 2, 0);
  show_poll("inline", s[0]);
  get(MSG_OOB);
  at_mark();
  get(0);
  at_mark();
  get(0);
  at_mark();

  begin("an end after it");
  send(s[1], "aU", 2, MSG_OOB);
  close(s[1]);
  get(0);
  get(0);
  get(MSG_OOB);
  get(MSG_OOB);
  CALL(urgents);
  char c;
  int r = recv(s[0], &c, 0, MSG_OOB | MSG_DONTWAIT);
  printf("%d\n", r);
  return 0;
}

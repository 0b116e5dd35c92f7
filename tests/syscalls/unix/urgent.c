/* MSG_OOB on unix streams: one urgent byte, a mark in the stream. */
#include "unix.h"

static int s[2];
static void told(int signo) { printf("%s\n", sigabbrev_np(signo)); }
static void at_mark(void) {
  int mark = -1;
  ioctl(s[1], SIOCATMARK, &mark);
  printf("at mark: %d\n", mark);
}

int main(void) {
  char b[20];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s)) return 1;
  on_signal(SIGURG, told, 0);
  CALL(fcntl(s[1], F_SETOWN, getpid()));
  CALL(recv(s[1], b, 1, MSG_OOB));
  CALL(send(s[0], "", 0, MSG_OOB));
  CALL(send(s[0], "abcX", 4, MSG_OOB));
  show_poll("urgent", s[1]);
  at_mark();
  CALL(send(s[0], "def", 3, 0));
  CALL(recv(s[1], b, 20, MSG_OOB | MSG_PEEK));
  printf("%c\n", b[0]);
  show_message("before the mark", s[1], 20, 0, 0);
  at_mark();
  CALL(recv(s[1], b, 20, MSG_OOB));
  printf("%c\n", b[0]);
  CALL(recv(s[1], b, 20, MSG_OOB));
  show_poll("taken", s[1]);
  show_message("behind the mark", s[1], 20, 0, 0);
  /* Not taken: reads leave it out. */
  CALL(send(s[0], "ghY", 3, MSG_OOB));
  CALL(send(s[0], "ij", 2, 0));
  CALL(recv(s[1], b, 20, 0));
  CALL(recv(s[1], b, 20, 0));
  CALL(recv(s[1], b, 20, 0));
  int on = 1;
  CALL(setsockopt(s[1], SOL_SOCKET, SO_OOBINLINE, &on, sizeof on));
  CALL(send(s[0], "klZ", 3, MSG_OOB));
  CALL(send(s[0], "mn", 2, 0));
  CALL(recv(s[1], b, 20, MSG_OOB));
  CALL(recv(s[1], b, 2, 0));
  at_mark();
  CALL(recv(s[1], b, 20, 0));
  printf("%.3s\n", b);
  /* No room for it, and it is taken all the same. */
  on = 0;
  CALL(setsockopt(s[1], SOL_SOCKET, SO_OOBINLINE, &on, sizeof on));
  CALL(send(s[0], "U", 1, MSG_OOB));
  CALL(recv(s[1], BAD, 1, MSG_OOB | MSG_PEEK));
  CALL(recv(s[1], BAD, 1, MSG_OOB));
  CALL(recv(s[1], b, 1, MSG_OOB));
  CALL(send(s[0], "V", 1, MSG_OOB));
  CALL(recv(s[1], b, 0, MSG_OOB));
  CALL(recv(s[1], b, 1, MSG_OOB));
  return 0;
}

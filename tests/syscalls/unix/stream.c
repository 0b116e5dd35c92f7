/* Streams: reads join writes; peeking, waiting for all, lowat, shutdown, the end. */
#include "unix.h"

static int s[2];
static char b[200];
static void later(void) {
  sleep_ms(30);
  send(s[1], "two", 3, 0);
  sleep_ms(30);
  send(s[1], "three", 5, 0);
}

int main(void) {
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  CALL(recv(s[0], b, 10, MSG_DONTWAIT));
  CALL(send(s[1], "abc", 3, 0));
  CALL(send(s[1], "def", 3, MSG_EOR));
  CALL(send(s[1], "", 0, 0));
  CALL(recv(s[0], b, 2, MSG_PEEK));
  CALL(recv(s[0], b, 100, MSG_PEEK));
  CALL(recv(s[0], b, 4, MSG_TRUNC));
  CALL(recv(s[0], b, 100, MSG_DONTWAIT));
  int n;
  CALL(ioctl(s[0], FIONREAD, &n));
  CALL(n);
  send(s[1], "one", 3, 0);
  pid_t child = start(later);
  CALL(recv(s[0], b, 11, MSG_WAITALL));
  printf("%.11s\n", b);
  waitpid(child, NULL, 0);
  int lowat = 5;
  CALL(setsockopt(s[0], SOL_SOCKET, SO_RCVLOWAT, &lowat, sizeof lowat));
  child = start(later);
  CALL(recv(s[0], b, 100, 0));
  waitpid(child, NULL, 0);
  struct timeval tv = {0, 30000};
  setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
  send(s[1], "x", 1, 0);
  CALL(recv(s[0], b, 100, 0)); /* Less than asked for, when the time is over. */
  CALL(recv(s[0], b, 100, 0));
  CALL(send(s[1], b, 1, MSG_DONTWAIT));
  CALL(recvfrom(s[0], b, 1, 0, (void *)b, NULL));
  CALL(sendto(s[1], b, 1, 0, (void *)b, 5));
  CALL(shutdown(s[1], SHUT_WR));
  show_poll("reader", s[0]);
  show_poll("writer", s[1]);
  CALL(recv(s[0], b, 1, 0));
  CALL(send(s[1], b, 1, MSG_NOSIGNAL));
  CALL(send(s[0], "back", 4, 0));
  CALL(shutdown(s[1], SHUT_RD));
  CALL(recv(s[1], b, 10, 0));
  CALL(recv(s[1], b, 10, 0));
  CALL(send(s[0], "x", 1, MSG_NOSIGNAL));
  show_poll("reader", s[0]);
  int lone = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(shutdown(lone, SHUT_RDWR));
  show_poll("shut and alone", lone);
  return 0;
}

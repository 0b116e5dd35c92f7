/* Connected datagram sockets, and the error that comes back when nobody listens. */
#include "inet.h"

static char b[100];

int main(void) {
  fresh();
  int r = socket(AF_INET, SOCK_DGRAM, 0), s = socket(AF_INET, SOCK_DGRAM, 0);
  BIND(r, "127.0.0.1", 7100);
  struct sockaddr_in a = v4("127.0.0.1", 7100);
  CALL(connect(s, (void *)&a, 1));
  show_names("after a bad connect", s);
  CALL(connect(s, (void *)&a, 15));
  show_names("after a bad connect", s);
  a.sin_family = AF_INET6;
  CALL(connect(s, (void *)&a, 16));
  CALL(CONNECT(s, "192.0.2.9", 7100));
  CALL(CONNECT(s, "127.255.255.255", 7100));
  CALL(CONNECT(s, "127.0.0.1", 7100));
  show_names("connected", s);
  CALL(send(s, "one", 3, 0));
  CALL(write(s, "two", 3));
  struct sockaddr_in other = v4("127.0.0.1", 7101);
  int o = socket(AF_INET, SOCK_DGRAM, 0);
  BIND(o, "127.0.0.1", 7101);
  CALL(sendto(s, "three", 5, 0, (void *)&other, sizeof other));
  CALL(recv(o, b, 10, MSG_DONTWAIT));
  /* Only the peer is heard. */
  struct sockaddr_in me;
  socklen_t n = sizeof me;
  getsockname(s, (void *)&me, &n);
  CALL(sendto(o, "no", 2, 0, (void *)&me, n));
  CALL(sendto(r, "yes", 3, 0, (void *)&me, n));
  CALL(recv(s, b, 10, MSG_DONTWAIT));
  CALL(recv(s, b, 10, MSG_DONTWAIT));
  CALL(CONNECT(s, "127.0.0.1", 7101));
  show_names("again", s);
  a.sin_family = AF_UNSPEC;
  CALL(connect(s, (void *)&a, 2));
  show_names("apart", s);
  CALL(send(s, "x", 1, 0));
  CALL(CONNECT(s, "127.0.0.1", 7102));
  show_poll("nobody there", s);
  CALL(send(s, "x", 1, 0));
  show_poll("refused", s);
  CALL(send(s, "x", 1, 0));
  CALL(send(s, "x", 1, 0));
  CALL(recv(s, b, 1, MSG_DONTWAIT));
  CALL(recv(s, b, 1, MSG_DONTWAIT));
  CALL(send(s, "x", 1, 0));
  SHOW_ERROR(s);
  SHOW_ERROR(s);
  /* One that is not connected hears nothing of it. */
  struct sockaddr_in nobody = v4("127.0.0.1", 7102);
  CALL(sendto(o, "x", 1, 0, (void *)&nobody, sizeof nobody));
  SHOW_ERROR(o);
  CALL(shutdown(o, SHUT_RDWR));
  show_poll("shut", o);
  CALL(sendto(o, "x", 1, MSG_NOSIGNAL, (void *)&a, sizeof a));
  CALL(shutdown(s, SHUT_WR));
  show_poll("shut for writing", s);
  CALL(send(s, "x", 1, MSG_NOSIGNAL));
  /* Bound to an address first. */
  int t = socket(AF_INET, SOCK_DGRAM, 0);
  CALL(BIND(t, "127.0.0.5", 0));
  CALL(CONNECT(t, "127.0.0.1", 7100));
  show_names("from 5", t);
  CALL(send(t, "5", 1, 0));
  n = sizeof me;
  recvfrom(r, b, 10, 0, (void *)&me, &n);
  recvfrom(r, b, 10, 0, (void *)&me, &n);
  recvfrom(r, b, 10, 0, (void *)&me, &n);
  show_address("5", &me, n);
  a.sin_family = AF_UNSPEC;
  CALL(connect(t, (void *)&a, sizeof a));
  show_names("apart", t);
  t = socket(AF_INET, SOCK_DGRAM, 0);
  CALL(CONNECT(t, "0.0.0.0", 7100));
  show_names("to any", t);
  CALL(CONNECT(t, "127.0.0.1", 0));
  show_names("to no port", t);
  CALL(send(t, "x", 1, MSG_NOSIGNAL));
  return 0;
}

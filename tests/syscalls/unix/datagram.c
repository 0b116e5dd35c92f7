/* Datagrams: addresses, connected or not, sizes, who may send to whom. */
#include "unix.h"

int main(void) {
  int a = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), b = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  int c = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), st = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un to, from;
  char text[20];
  CALL(send(a, "x", 1, 0));
  CALL(recv(a, text, 1, 0));
  CALL(bind_to(b, "b"));
  CALL(bind_to(st, "st"));
  socklen_t len = name_of(&to, "b"), room = sizeof from;
  CALL(sendto(a, "unnamed", 7, 0, (struct sockaddr *)&to, len));
  CALL(recvfrom(b, text, 20, 0, (struct sockaddr *)&from, &room));
  CALL(room);
  CALL(bind_to(a, "a"));
  CALL(sendto(a, "named", 5, 0, (struct sockaddr *)&to, len));
  room = sizeof from;
  CALL(recvfrom(b, text, 3, MSG_PEEK | MSG_TRUNC, (struct sockaddr *)&from, &room));
  printf("%u %s\n", room, from.sun_path);
  CALL(recvfrom(b, text, 3, 0, NULL, NULL));
  CALL(recv(b, text, 3, 0));
  CALL(sendto(a, "", 0, 0, (struct sockaddr *)&to, len));
  int n = 7;
  CALL(ioctl(b, FIONREAD, &n));
  CALL(n);
  show_poll("an empty one", b);
  CALL(recv(b, text, 3, 0));
  len = name_of(&to, "st");
  CALL(sendto(a, "x", 1, 0, (struct sockaddr *)&to, len));
  len = name_of(&to, "nothing");
  CALL(sendto(a, "x", 1, 0, (struct sockaddr *)&to, len));
  CALL(sendto(a, "x", 1, 0, (struct sockaddr *)&to, 1));
  CALL(sendto(a, "x", 1, 0, BAD, len));
  CALL(connect_to(a, "b"));
  CALL(send(a, "x", 1, 0));
  CALL(connect_to(b, "a"));
  len = name_of(&to, "a");
  CALL(sendto(c, "x", 1, 0, (struct sockaddr *)&to, len)); /* It has another peer. */
  CALL(connect_to(c, "a"));
  CALL(send(a, "MSG_OOB", 7, MSG_OOB));
  static char big[300000];
  CALL(send(a, big, sizeof big, 0));
  int size = 10000;
  CALL(setsockopt(a, SOL_SOCKET, SO_SNDBUF, &size, sizeof size));
  CALL(send(a, big, 20000 - 31, 0));
  CALL(send(a, big, 20000 - 32, 0));
  CALL(recv(b, big, 10, MSG_TRUNC));
  CALL(recv(b, big, 100000, 0));
  CALL(close(b));
  CALL(send(a, "x", 1, 0));
  CALL(send(a, "x", 1, 0));
  to.sun_family = AF_UNSPEC;
  CALL(connect(a, (struct sockaddr *)&to, 2));
  CALL(shutdown(a, SHUT_RD));
  CALL(recv(a, text, 1, 0));
  show_poll("shut for reading", a);
  CALL(shutdown(a, SHUT_WR));
  len = name_of(&to, "a");
  CALL(sendto(c, "x", 1, 0, (struct sockaddr *)&to, len));
  CALL(sendto(a, "x", 1, 0, (struct sockaddr *)&to, len));
  CALL(listen(a, 1));
  CALL(accept(a, NULL, NULL));
  return 0;
}

/* SOCK_SEQPACKET: connections whose messages keep their bounds. */
#include "unix.h"

int main(void) {
  int l = socket(AF_UNIX, SOCK_SEQPACKET, 0), c = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  char b[10];
  CALL(send(c, "x", 1, 0));
  CALL(recv(c, b, 1, 0));
  CALL(bind_to(l, "l"));
  CALL(listen(l, 5));
  CALL(connect_to(c, "l"));
  int s = accept(l, NULL, NULL);
  CALL(send(c, "first", 5, MSG_EOR));
  CALL(send(c, "second", 6, 0));
  CALL(send(c, "", 0, 0));
  int n;
  CALL(ioctl(s, FIONREAD, &n));
  CALL(n);
  show_message("first", s, 10, 0, 0);
  show_message("second, cut", s, 3, 0, 0);
  show_message("empty", s, 10, 0, 0);
  show_message("none", s, 10, 0, MSG_DONTWAIT);
  struct sockaddr_un a;
  socklen_t len = name_of(&a, "nobody");
  CALL(sendto(c, "to nobody", 9, 0, (struct sockaddr *)&a, len)); /* The name is not looked at. */
  show_message("to nobody", s, 10, 0, 0);
  CALL(send(c, "oob", 3, MSG_OOB));
  CALL(send(c, "last", 4, 0));
  CALL(shutdown(c, SHUT_WR));
  show_message("last", s, 10, 0, 0);
  show_message("end", s, 10, 0, 0);
  CALL(send(c, "x", 1, 0)); /* No signal. */
  CALL(write(s, "back", 4));
  CALL(read(c, b, 2));
  CALL(close(c));
  CALL(send(s, "x", 1, 0));
  return 0;
}

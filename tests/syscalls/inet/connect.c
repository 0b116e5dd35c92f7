/* connect(2) and its errors, of streams that wait. */
#include "inet.h"

int main(void) {
  fresh();
  int l = listener("127.0.0.1", 6000), s = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in a = v4("127.0.0.1", 6000);
  CALL(connect(s, (void *)&a, 0));
  CALL(connect(s, (void *)&a, 1));
  CALL(connect(s, (void *)&a, 15));
  CALL(connect(s, BAD, 16));
  CALL(connect(s, (void *)&a, -1));
  CALL(connect(0, (void *)&a, 16));
  a.sin_family = AF_INET6;
  CALL(connect(s, (void *)&a, 16));
  CALL(CONNECT(s, "192.0.2.5", 6000));
  CALL(CONNECT(s, "224.0.0.1", 6000));
  CALL(CONNECT(s, "255.255.255.255", 6000));
  CALL(CONNECT(s, "127.255.255.255", 6000));
  CALL(CONNECT(s, "127.0.0.1", 6001));
  show_poll("refused", s);
  show_names("refused", s);
  CALL(CONNECT(s, "127.0.0.1", 6000));
  show_poll("connected", s);
  show_names("connected", s);
  CALL(tcp_state(s));
  CALL(CONNECT(s, "127.0.0.1", 6000));
  CALL(listen(s, 1));
  CALL(BIND(s, "127.0.0.1", 6002));
  a = v4("0.0.0.0", 0);
  a.sin_family = AF_UNSPEC;
  CALL(connect(s, (void *)&a, 16));
  SHOW_ERROR(s);
  show_poll("taken apart", s);
  CALL(tcp_state(s));
  char b[10];
  int e = accept(l, NULL, NULL);
  CALL(read(e, b, 1));
  CALL(read(e, b, 1));
  CALL(CONNECT(s, "127.0.0.1", 6000));
  show_names("again", s);
  close(s);
  close(e);
  e = accept(l, NULL, NULL);
  CALL(read(e, b, 1));

  s = socket(AF_INET, SOCK_STREAM, 0);
  CALL(CONNECT(s, "0.0.0.0", 6000));
  show_names("to any", s);
  close(s);
  s = socket(AF_INET, SOCK_STREAM, 0);
  CALL(BIND(s, "127.0.0.9", 0));
  CALL(CONNECT(s, "127.0.0.1", 6000));
  show_names("from 9", s);
  close(s);
  s = socket(AF_INET, SOCK_STREAM, 0);
  CALL(CONNECT(s, "127.0.0.1", 0));
  CALL(CONNECT(s, "127.0.0.3", 6000));
  CALL(CONNECT(l, "127.0.0.1", 6000));
  close(s);
  int any = listener("0.0.0.0", 6005);
  s = socket(AF_INET, SOCK_STREAM, 0);
  CALL(CONNECT(s, "127.8.8.8", 6005));
  show_names("to 8.8.8", s);
  e = accept(any, NULL, NULL);
  show_names("from there", e);
  /* A socket that connects to itself. */
  s = socket(AF_INET, SOCK_STREAM, 0);
  CALL(BIND(s, "127.0.0.1", 6007));
  CALL(CONNECT(s, "127.0.0.1", 6007));
  show_names("self", s);
  CALL(write(s, "me", 2));
  CALL(read(s, b, 10));
  /* A port that is bound and does not listen. */
  int d = socket(AF_INET, SOCK_STREAM, 0);
  CALL(BIND(d, "127.0.0.1", 6008));
  s = socket(AF_INET, SOCK_STREAM, 0);
  CALL(CONNECT(s, "127.0.0.1", 6008));
  CALL(sendto(s, "x", 1, MSG_NOSIGNAL, NULL, 0));
  CALL(recv(s, b, 1, 0));
  return 0;
}

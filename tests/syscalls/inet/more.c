/* What is held back: MSG_MORE and UDP_CORK of datagrams, and the same of streams. */
#include "inet.h"

static char b[100];
static void drain(int s) {
  int n;
  while ((n = recv(s, b, sizeof b, MSG_DONTWAIT)) >= 0) printf("  got %d %.*s\n", n, n, b);
}

int main(void) {
  fresh();
  int r = socket(AF_INET, SOCK_DGRAM, 0), s = socket(AF_INET, SOCK_DGRAM, 0);
  BIND(r, "127.0.0.1", 7800);
  struct sockaddr_in to = v4("127.0.0.1", 7800), other = v4("127.0.0.1", 7801);
  CALL(sendto(s, "one", 3, MSG_MORE, (void *)&to, sizeof to));
  drain(r);
  CALL(sendto(s, "two", 3, MSG_MORE, (void *)&other, sizeof other));
  CALL(sendto(s, "three", 5, 0, (void *)&to, sizeof to));
  drain(r);
  CALL(sendto(s, "four", 4, 0, (void *)&to, sizeof to));
  drain(r);
  CALL(set_int(s, IPPROTO_UDP, UDP_CORK, 1));
  CALL(sendto(s, "a", 1, 0, (void *)&to, sizeof to));
  CALL(sendto(s, "b", 1, 0, (void *)&to, sizeof to));
  CALL(send(s, "c", 1, 0));
  drain(r);
  CALL(set_int(s, IPPROTO_UDP, UDP_CORK, 0));
  drain(r);
  CALL(sendto(s, "lost", 4, MSG_MORE, (void *)&to, sizeof to));
  close(s);
  drain(r);
  int t[2];
  tcp_pair(t);
  CALL(send(t[0], "abc", 3, MSG_MORE));
  CALL(send(t[0], "def", 3, 0));
  CALL(recv(t[1], b, 6, MSG_WAITALL));
  printf("%.6s\n", b);
  CALL(set_int(t[0], IPPROTO_TCP, TCP_CORK, 1));
  CALL(send(t[0], "ghi", 3, 0));
  CALL(set_int(t[0], IPPROTO_TCP, TCP_CORK, 0));
  CALL(recv(t[1], b, 3, MSG_WAITALL));
  return 0;
}

/* One port for several: who gets a connection or a datagram. */
#include "inet.h"

static char b[100];

static int bound(int type, const char *where, int port, int option) {
  int s = socket(strchr(where, ':') ? AF_INET6 : AF_INET, type, 0);
  if (option) set_int(s, SOL_SOCKET, option, 1);
  if (BIND(s, where, port)) perror(where);
  return s;
}

static void who(const char *what, const int *list, int n) {
  printf("%s:", what);
  for (int i = 0; i < n; i++)
    if (recv(list[i], b, 10, MSG_DONTWAIT) >= 0) printf(" %d", i);
  printf("\n");
}

int main(void) {
  fresh();
  /* The narrower address wins, whoever came first. */
  int d[4];
  d[0] = bound(SOCK_DGRAM, "0.0.0.0", 7500, SO_REUSEADDR);
  d[1] = bound(SOCK_DGRAM, "127.0.0.1", 7500, SO_REUSEADDR);
  d[2] = bound(SOCK_DGRAM, "::", 7500, SO_REUSEADDR);
  d[3] = bound(SOCK_DGRAM, "127.0.0.1", 7500, SO_REUSEADDR);
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in one = v4("127.0.0.1", 7500), two = v4("127.0.0.2", 7500);
  struct sockaddr_in6 six = v6("::1", 7500);
  sendto(s, "x", 1, 0, (void *)&one, sizeof one);
  who("to .1", d, 4);
  sendto(s, "x", 1, 0, (void *)&two, sizeof two);
  who("to .2", d, 4);
  int s6 = socket(AF_INET6, SOCK_DGRAM, 0);
  sendto(s6, "x", 1, 0, (void *)&six, sizeof six);
  who("to ::1", d, 4);
  /* One that is connected to the sender wins over all. */
  BIND(s, "127.0.0.1", 7501);
  CALL(CONNECT(d[1], "127.0.0.1", 7501));
  sendto(s, "x", 1, 0, (void *)&one, sizeof one);
  who("connected", d, 4);
  int other = bound(SOCK_DGRAM, "127.0.0.1", 7502, 0);
  sendto(other, "x", 1, 0, (void *)&one, sizeof one);
  who("from another", d, 4);
  /* Streams: each connection has one that accepts it. */
  int l[3];
  l[0] = bound(SOCK_STREAM, "127.0.0.1", 7503, SO_REUSEPORT);
  l[1] = bound(SOCK_STREAM, "127.0.0.1", 7503, SO_REUSEPORT);
  l[2] = bound(SOCK_STREAM, "0.0.0.0", 7503, SO_REUSEPORT);
  for (int i = 0; i < 3; i++) CALL(listen(l[i], 200));
  int clients[60];
  for (int i = 0; i < 60; i++) {
    clients[i] = socket(AF_INET, SOCK_STREAM, 0);
    if (CONNECT(clients[i], "127.0.0.1", 7503)) perror("connect");
  }
  int got[3] = {0};
  for (int i = 0; i < 3; i++) {
    fcntl(l[i], F_SETFL, O_NONBLOCK);
    while (accept(l[i], NULL, NULL) >= 0) got[i]++;
  }
  printf("accepted: %d, each some: %d, the wider none: %d\n", got[0] + got[1] + got[2], got[0] > 5 && got[1] > 5, got[2] == 0);
  int wide = socket(AF_INET, SOCK_STREAM, 0);
  CALL(CONNECT(wide, "127.0.0.2", 7503));
  CALL(accept(l[2], NULL, NULL) >= 0);
  return 0;
}

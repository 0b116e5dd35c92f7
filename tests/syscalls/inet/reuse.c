/* Two sockets at one port: every pair of addresses, with and without SO_REUSEADDR and SO_REUSEPORT. */
#include "inet.h"

static const char *const places[] = {"127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0"};
#define PLACES (int)(sizeof places / sizeof *places)

static int made(const char *place, int type, int option, int v6only) {
  int s = socket(strchr(place, ':') ? AF_INET6 : AF_INET, type, 0);
  if (option) set_int(s, SOL_SOCKET, option, 1);
  if (v6only && strchr(place, ':')) set_int(s, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  return s;
}

static void matrix(const char *what, int type, int first, int second, int listens, int v6only) {
  printf("%s\n", what);
  for (int i = 0; i < PLACES; i++) {
    printf("  %-18s", places[i]);
    for (int j = 0; j < PLACES; j++) {
      int a = made(places[i], type, first, v6only), b = made(places[j], type, second, v6only);
      int ra = BIND(a, places[i], 5000);
      if (ra == 0 && listens) listen(a, 1);
      int rb = ra ? -2 : BIND(b, places[j], 5000);
      int rl = 0;
      if (rb == 0 && listens == 2) rl = listen(b, 1);
      printf(" %s", ra ? "-" : rb ? errno == EADDRINUSE ? "x" : "?" : rl ? "l" : "o");
      close(a);
      close(b);
    }
    printf("\n");
  }
}

static void other_user(void) {
  int a = made("127.0.0.1", SOCK_STREAM, SO_REUSEPORT, 0);
  BIND(a, "127.0.0.1", 5000);
  listen(a, 1);
  if (setuid(65534)) return;
  int b = made("127.0.0.1", SOCK_STREAM, SO_REUSEPORT, 0);
  CALL(BIND(b, "127.0.0.1", 5000));
}

int main(void) {
  fresh();
  matrix("stream", SOCK_STREAM, 0, 0, 0, 0);
  matrix("stream, only version 6", SOCK_STREAM, 0, 0, 0, 1);
  matrix("stream, both SO_REUSEADDR", SOCK_STREAM, SO_REUSEADDR, SO_REUSEADDR, 0, 0);
  matrix("stream, both SO_REUSEADDR, the first listens", SOCK_STREAM, SO_REUSEADDR, SO_REUSEADDR, 1, 0);
  matrix("stream, one SO_REUSEADDR", SOCK_STREAM, SO_REUSEADDR, 0, 0, 0);
  matrix("stream, both SO_REUSEPORT, both listen", SOCK_STREAM, SO_REUSEPORT, SO_REUSEPORT, 2, 0);
  matrix("stream, one of each", SOCK_STREAM, SO_REUSEPORT, SO_REUSEADDR, 0, 0);
  matrix("datagram", SOCK_DGRAM, 0, 0, 0, 0);
  matrix("datagram, only version 6", SOCK_DGRAM, 0, 0, 0, 1);
  matrix("datagram, both SO_REUSEADDR", SOCK_DGRAM, SO_REUSEADDR, SO_REUSEADDR, 0, 0);
  matrix("datagram, both SO_REUSEPORT", SOCK_DGRAM, SO_REUSEPORT, SO_REUSEPORT, 0, 0);
  run("other user", other_user);
  /* Both bound, then both want to listen. */
  int a = made("127.0.0.1", SOCK_STREAM, SO_REUSEADDR, 0), b = made("127.0.0.1", SOCK_STREAM, SO_REUSEADDR, 0);
  CALL(BIND(a, "127.0.0.1", 5000));
  CALL(BIND(b, "127.0.0.1", 5000));
  CALL(listen(a, 1));
  CALL(listen(b, 1));
  close(a);
  CALL(listen(b, 1));
  close(b);
  /* The port of a connection that this side has closed first. */
  int l = listener("127.0.0.1", 5001), c = socket(AF_INET, SOCK_STREAM, 0);
  CALL(CONNECT(c, "127.0.0.1", 5001));
  int e = accept(l, NULL, NULL);
  close(e);
  char x;
  CALL(read(c, &x, 1));
  close(c);
  close(l);
  a = made("127.0.0.1", SOCK_STREAM, 0, 0);
  CALL(BIND(a, "127.0.0.1", 5001));
  CALL(set_int(a, SOL_SOCKET, SO_REUSEADDR, 1));
  CALL(BIND(a, "127.0.0.1", 5001));
  return 0;
}

/* IPv6, and IPv4 through it: who hears whom, and which addresses are shown. */
#include "inet.h"

static char b[100];

static void meet(const char *what, int l, const char *to, int port, int from) {
  printf("-- %s\n", what);
  if (from < 0) from = socket(strchr(to, ':') ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
  if (CALL(CONNECT(from, to, port)) == 0) {
    show_names("client", from);
    struct sockaddr_storage a;
    socklen_t n = sizeof a;
    int e = accept(l, (void *)&a, &n);
    show_address("accepted from", &a, n);
    show_names("server", e);
    CALL(get_int(e, SOL_SOCKET, SO_DOMAIN));
    write(from, "hi", 2);
    CALL(read(e, b, 10));
    close(e);
  }
  close(from);
}

static int v6only(void) {
  int s = socket(AF_INET6, SOCK_STREAM, 0);
  set_int(s, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  return s;
}

int main(void) {
  fresh();
  int l = listener("::", 7400);
  meet("6 to any", l, "::1", 7400, -1);
  meet("4 to any", l, "127.0.0.1", 7400, -1);
  meet("mapped to any", l, "::ffff:127.0.0.1", 7400, -1);
  meet("any to any", l, "::", 7400, -1);
  meet("any 4 to any", l, "0.0.0.0", 7400, -1);
  meet("mapped any", l, "::ffff:0.0.0.0", 7400, -1);
  meet("only 6, mapped", l, "::ffff:127.0.0.1", 7400, v6only());
  meet("nowhere", l, "2001:db8::5", 7400, -1);
  meet("group", l, "ff02::1", 7400, -1);
  meet("link", l, "fe80::1", 7400, -1);
  int only = v6only(), four = listener("127.0.0.1", 7401);
  CALL(BIND(only, "::", 7401));
  CALL(listen(only, 5));
  meet("only 6", only, "::1", 7401, -1);
  meet("4 beside it", four, "127.0.0.1", 7401, -1);
  int mapped = listener("::ffff:127.0.0.1", 7402);
  meet("4 to mapped", mapped, "127.0.0.1", 7402, -1);
  meet("6 to mapped", mapped, "::1", 7402, -1);
  int bound = socket(AF_INET6, SOCK_STREAM, 0);
  CALL(BIND(bound, "::ffff:127.0.0.4", 0));
  meet("bound to mapped, to any", l, "::", 7400, bound);
  bound = socket(AF_INET6, SOCK_STREAM, 0);
  CALL(BIND(bound, "::ffff:127.0.0.4", 0));
  meet("bound to mapped, to 6", l, "::1", 7400, bound);
  int s = socket(AF_INET6, SOCK_STREAM, 0);
  struct sockaddr_in a4 = v4("127.0.0.1", 7400);
  CALL(connect(s, (void *)&a4, sizeof a4));
  struct sockaddr_in6 a = v6("::1", 7400);
  CALL(connect(s, (void *)&a, 16));
  CALL(connect(s, (void *)&a, 24));
  show_names("short", s);

  /* Datagrams. */
  int r = socket(AF_INET6, SOCK_DGRAM, 0), u = socket(AF_INET6, SOCK_DGRAM, 0), u4 = socket(AF_INET, SOCK_DGRAM, 0);
  CALL(BIND(r, "::", 7403));
  struct sockaddr_in6 m = v6("::ffff:127.0.0.1", 7403), six = v6("::1", 7403);
  a4 = v4("127.0.0.1", 7403);
  CALL(sendto(u, "1", 1, 0, (void *)&six, sizeof six));
  CALL(sendto(u, "2", 1, 0, (void *)&m, sizeof m));
  CALL(sendto(u, "3", 1, 0, (void *)&a4, sizeof a4));
  CALL(sendto(u4, "4", 1, 0, (void *)&a4, sizeof a4));
  CALL(sendto(u4, "5", 1, 0, (void *)&six, sizeof six));
  struct sockaddr_storage from;
  socklen_t n = sizeof from;
  while (recvfrom(r, b, 10, MSG_DONTWAIT, (void *)&from, &n) == 1) {
    printf("%c ", b[0]);
    show_address("from", &from, n);
    n = sizeof from;
  }
  CALL(sendto(u, b, 1, 0, (void *)&six, 23));
  CALL(sendto(u, b, 1, 0, (void *)&six, 2));
  CALL(sendto(u, b, 1, 0, (void *)&six, 1));
  CALL(sendto(u, b, 1, 0, NULL, 0));
  CALL(connect(u, (void *)&a4, sizeof a4));
  show_names("connected to 4", u);
  CALL(connect(u, (void *)&six, sizeof six));
  show_names("connected to 6", u);
  CALL(send(u, "6", 1, 0));
  a4.sin_family = AF_UNSPEC;
  CALL(connect(u, (void *)&a4, 16));
  show_names("apart", u);
  CALL(set_int(u, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  int w = socket(AF_INET6, SOCK_DGRAM, 0);
  CALL(set_int(w, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  a4 = v4("127.0.0.1", 7403);
  CALL(sendto(w, "3", 1, 0, (void *)&a4, sizeof a4));
  CALL(sendto(w, "2", 1, 0, (void *)&m, sizeof m));
  CALL(connect(w, (void *)&a4, sizeof a4));
  CALL(connect(w, (void *)&m, sizeof m));
  return 0;
}

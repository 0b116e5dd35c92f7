/* IPPROTO_TCP, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_UDP: first values, what each takes, short and bad ones. */
#include "inet.h"

static void try(int s, int level, int option) {
  static const int values[] = {0, 1, 2, 5, -1, 64, 300, 40000};
  unsigned char b[512];
  memset(b, 0x5a, sizeof b);
  socklen_t n = sizeof b;
  errno = 0;
  int r = getsockopt(s, level, option, b, &n);
  printf("  %2d:", option);
  if (r) printf(" %s", strerrorname_np(errno));
  else if (n == 4) printf(" %d", *(int *)b);
  else printf(" (%d bytes)", n > 200 ? 200 : n);
  n = 2;
  errno = 0;
  r = getsockopt(s, level, option, b, &n);
  if (r) printf(" %s", strerrorname_np(errno));
  else printf(" [%d]", n);
  for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
    errno = 0;
    r = set_int(s, level, option, values[i]);
    printf(" | %d: %s", values[i], r ? strerrorname_np(errno) : "ok");
    n = 4;
    int v = 0;
    if (r == 0 && getsockopt(s, level, option, &v, &n) == 0) printf(" %d", v);
  }
  unsigned char one = 1;
  errno = 0;
  r = setsockopt(s, level, option, &one, 1);
  printf(" | byte: %s", r ? strerrorname_np(errno) : "ok");
  errno = 0;
  r = setsockopt(s, level, option, &one, 0);
  printf(" | empty: %s", r ? strerrorname_np(errno) : "ok");
  errno = 0;
  r = setsockopt(s, level, option, BAD, 4);
  printf(" | bad: %s\n", r ? strerrorname_np(errno) : "ok");
}

static const int tcp[] = {TCP_NODELAY, TCP_MAXSEG, TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_SYNCNT,
                          TCP_LINGER2, TCP_DEFER_ACCEPT, TCP_QUICKACK, TCP_THIN_LINEAR_TIMEOUTS, TCP_THIN_DUPACK,
                          TCP_USER_TIMEOUT, TCP_FASTOPEN, TCP_NOTSENT_LOWAT, TCP_FASTOPEN_CONNECT, TCP_INQ, 99, -1};
static const int ip[] = {IP_TOS, IP_TTL, IP_HDRINCL, IP_RECVOPTS, IP_RETOPTS, IP_PKTINFO, IP_MTU_DISCOVER, IP_RECVERR,
                         IP_RECVTTL, IP_RECVTOS, IP_MTU, IP_FREEBIND, IP_TRANSPARENT, IP_RECVORIGDSTADDR, IP_MINTTL,
                         IP_NODEFRAG, IP_BIND_ADDRESS_NO_PORT, IP_MULTICAST_TTL, IP_MULTICAST_LOOP, IP_MULTICAST_ALL, 120};
static const int ip6[] = {IPV6_UNICAST_HOPS, IPV6_MULTICAST_IF, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_LOOP, IPV6_MTU_DISCOVER, IPV6_RECVERR,
                          IPV6_V6ONLY, IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVHOPOPTS, IPV6_RECVRTHDR,
                          IPV6_RECVDSTOPTS, IPV6_RECVPATHMTU, IPV6_RECVTCLASS, IPV6_TCLASS, IPV6_DONTFRAG,
                          IPV6_MINHOPCOUNT, IPV6_TRANSPARENT, IPV6_FREEBIND, 120};
#define ALL(s, level, list)                                                             \
  do {                                                                                  \
    printf("-- %s %s\n", #level, #s);                                                   \
    for (unsigned i = 0; i < sizeof list / sizeof *list; i++) try(s, level, list[i]);   \
  } while (0)

int main(void) {
  fresh();
  int stream = socket(AF_INET, SOCK_STREAM, 0), datagram = socket(AF_INET, SOCK_DGRAM, 0);
  int stream6 = socket(AF_INET6, SOCK_STREAM, 0), datagram6 = socket(AF_INET6, SOCK_DGRAM, 0);
  ALL(stream, IPPROTO_TCP, tcp);
  ALL(stream, IPPROTO_IP, ip);
  ALL(datagram, IPPROTO_IP, ip);
  ALL(datagram6, IPPROTO_IP, ip);
  ALL(stream6, IPPROTO_IPV6, ip6);
  ALL(datagram6, IPPROTO_IPV6, ip6);
  CALL(get_int(stream, IPPROTO_IPV6, IPV6_V6ONLY));
  CALL(set_int(stream, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  CALL(get_int(datagram, IPPROTO_TCP, TCP_NODELAY));
  CALL(set_int(datagram, IPPROTO_TCP, TCP_NODELAY, 1));
  CALL(get_int(stream, IPPROTO_UDP, UDP_CORK));
  CALL(set_int(stream, IPPROTO_UDP, UDP_CORK, 1));
  CALL(get_int(datagram, IPPROTO_UDP, UDP_CORK));
  CALL(set_int(datagram, IPPROTO_UDP, UDP_CORK, 1));
  CALL(get_int(datagram, IPPROTO_UDP, UDP_CORK));
  char name[32];
  socklen_t n;
  CALL(setsockopt(stream, IPPROTO_TCP, TCP_CONGESTION, "reno", 4));
  n = 3;
  CALL(getsockopt(stream, IPPROTO_TCP, TCP_CONGESTION, name, &n));
  printf("%d %.3s\n", n, name);
  CALL(setsockopt(stream, IPPROTO_TCP, TCP_CONGESTION, "nosuch", 6));
  CALL(setsockopt(stream, IPPROTO_TCP, TCP_CONGESTION, "", 0));
  /* Of a connection. */
  int fds[2];
  tcp_pair(fds);
  CALL(get_int(fds[0], IPPROTO_TCP, TCP_MAXSEG) > 536);
  CALL(get_int(fds[0], IPPROTO_IP, IP_MTU));
  CALL(set_int(fds[0], IPPROTO_TCP, TCP_FASTOPEN, 5));
  CALL(set_int(fds[0], IPPROTO_TCP, TCP_WINDOW_CLAMP, 0));
  CALL(set_int(fds[0], IPPROTO_TCP, TCP_CORK, 1));
  CALL(get_int(fds[0], IPPROTO_TCP, TCP_CORK));
  CALL(tcp_state(fds[0]));
  return 0;
}

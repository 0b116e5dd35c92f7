/* Broadcast and multicast on lo. */
#include "inet.h"

static char b[100];
static void drain(const char *who, int s) {
  int n;
  while ((n = recv(s, b, sizeof b, MSG_DONTWAIT)) >= 0) printf("  %s got %.*s\n", who, n, b);
}

int main(void) {
  fresh();
  int r = socket(AF_INET, SOCK_DGRAM, 0), q = socket(AF_INET, SOCK_DGRAM, 0), s = socket(AF_INET, SOCK_DGRAM, 0);
  set_int(r, SOL_SOCKET, SO_REUSEADDR, 1);
  set_int(q, SOL_SOCKET, SO_REUSEADDR, 1);
  BIND(r, "0.0.0.0", 7700);
  BIND(q, "0.0.0.0", 7700);
  struct sockaddr_in to = v4("127.255.255.255", 7700), group = v4("239.1.2.3", 7700);
  CALL(sendto(s, "cast", 4, 0, (void *)&to, sizeof to));
  CALL(set_int(s, SOL_SOCKET, SO_BROADCAST, 1));
  CALL(sendto(s, "cast", 4, 0, (void *)&to, sizeof to));
  drain("r", r);
  drain("q", q);
  struct ip_mreqn m = {.imr_multiaddr = group.sin_addr};
  CALL(setsockopt(r, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
  m.imr_ifindex = 9;
  CALL(setsockopt(r, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
  m.imr_ifindex = 1;
  CALL(setsockopt(r, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, 4));
  CALL(setsockopt(r, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
  CALL(setsockopt(r, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
  m.imr_multiaddr.s_addr = htonl(0x7f000001);
  CALL(setsockopt(r, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
  CALL(sendto(s, "nowhere", 7, 0, (void *)&group, sizeof group));
  struct in_addr lo = {htonl(INADDR_LOOPBACK)};
  CALL(setsockopt(s, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof lo));
  CALL(sendto(s, "group", 5, 0, (void *)&group, sizeof group));
  drain("r", r);
  drain("q", q);
  CALL(set_int(q, IPPROTO_IP, IP_MULTICAST_ALL, 0));
  CALL(sendto(s, "group", 5, 0, (void *)&group, sizeof group));
  drain("r", r);
  drain("q", q);
  CALL(set_int(s, IPPROTO_IP, IP_MULTICAST_LOOP, 0));
  CALL(sendto(s, "quiet", 5, 0, (void *)&group, sizeof group));
  drain("r", r);
  set_int(s, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
  m.imr_multiaddr = group.sin_addr;
  CALL(setsockopt(r, IPPROTO_IP, IP_DROP_MEMBERSHIP, &m, sizeof m));
  CALL(setsockopt(r, IPPROTO_IP, IP_DROP_MEMBERSHIP, &m, sizeof m));
  CALL(sendto(s, "gone", 4, 0, (void *)&group, sizeof group));
  drain("r", r);
  int t = socket(AF_INET, SOCK_STREAM, 0);
  CALL(setsockopt(t, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
  int s6 = socket(AF_INET6, SOCK_DGRAM, 0);
  struct ipv6_mreq m6 = {.ipv6mr_interface = 1};
  inet_pton(AF_INET6, "ff02::77", &m6.ipv6mr_multiaddr);
  CALL(setsockopt(s6, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &m6, sizeof m6));
  CALL(setsockopt(s6, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &m6, sizeof m6));
  CALL(setsockopt(s6, IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP, &m6, sizeof m6));
  CALL(setsockopt(s6, IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP, &m6, sizeof m6));
  CALL(setsockopt(s6, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &m6, 8));
  inet_pton(AF_INET6, "::1", &m6.ipv6mr_multiaddr);
  CALL(setsockopt(s6, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &m6, sizeof m6));
  return 0;
}

/* What comes along with a datagram: destination, ttl, tos, times; and what may be sent along. */
#include "inet.h"

static int r, s;
static char b[100];

static void receive(int fd, size_t room, int flags) {
  char control[512];
  struct sockaddr_storage name;
  struct iovec v = {b, sizeof b};
  struct msghdr h = {.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &v, .msg_iovlen = 1,
                     .msg_control = control, .msg_controllen = room};
  long n = CALL(recvmsg(fd, &h, flags | MSG_DONTWAIT));
  if (n < 0) return;
  show_address("  from", &name, h.msg_namelen);
  printf("  flags %x, %zu bytes of control\n", h.msg_flags, h.msg_controllen);
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&h); c; c = CMSG_NXTHDR(&h, c)) {
    printf("  level %d type %d length %zu:", c->cmsg_level, c->cmsg_type, c->cmsg_len - sizeof *c);
    unsigned char *p = CMSG_DATA(c);
    int is_time = c->cmsg_level == SOL_SOCKET;
    for (unsigned i = 0; i < c->cmsg_len - sizeof *c && !is_time; i++) printf(" %02x", p[i]);
    printf("\n");
  }
}

static long send_with(int level, int type, const void *data, size_t len, const void *to, socklen_t tolen) {
  char control[128] = {0};
  struct iovec v = {"hello", 5};
  struct msghdr h = {.msg_name = (void *)to, .msg_namelen = tolen, .msg_iov = &v, .msg_iovlen = 1,
                     .msg_control = control, .msg_controllen = CMSG_SPACE(len)};
  struct cmsghdr *c = CMSG_FIRSTHDR(&h);
  c->cmsg_level = level;
  c->cmsg_type = type;
  c->cmsg_len = CMSG_LEN(len);
  memcpy(CMSG_DATA(c), data, len);
  return sendmsg(s, &h, 0);
}

int main(void) {
  fresh();
  r = socket(AF_INET, SOCK_DGRAM, 0), s = socket(AF_INET, SOCK_DGRAM, 0);
  BIND(r, "0.0.0.0", 7200);
  struct sockaddr_in to = v4("127.0.0.7", 7200);
  sendto(s, "plain", 5, 0, (void *)&to, sizeof to);
  receive(r, 512, 0);
  set_int(r, IPPROTO_IP, IP_PKTINFO, 1);
  set_int(r, IPPROTO_IP, IP_RECVTTL, 1);
  set_int(r, IPPROTO_IP, IP_RECVTOS, 1);
  set_int(r, IPPROTO_IP, IP_RECVORIGDSTADDR, 1);
  set_int(r, SOL_SOCKET, SO_TIMESTAMP, 1);
  sendto(s, "told", 4, 0, (void *)&to, sizeof to);
  receive(r, 512, MSG_PEEK);
  receive(r, 40, 0);
  sendto(s, "told", 4, 0, (void *)&to, sizeof to);
  receive(r, 0, 0);
  set_int(r, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  CALL(get_int(r, SOL_SOCKET, SO_TIMESTAMP));
  set_int(s, IPPROTO_IP, IP_TTL, 12);
  set_int(s, IPPROTO_IP, IP_TOS, 0x10);
  sendto(s, "told", 4, 0, (void *)&to, sizeof to);
  receive(r, 512, 0);
  int ttl = 99, zero = 0, big = 300;
  unsigned char tos = 8;
  CALL(send_with(IPPROTO_IP, IP_TTL, &ttl, 4, &to, sizeof to));
  receive(r, 512, 0);
  CALL(send_with(IPPROTO_IP, IP_TTL, &zero, 4, &to, sizeof to));
  CALL(send_with(IPPROTO_IP, IP_TTL, &big, 4, &to, sizeof to));
  CALL(send_with(IPPROTO_IP, IP_TTL, &ttl, 2, &to, sizeof to));
  CALL(send_with(IPPROTO_IP, IP_TOS, &tos, 1, &to, sizeof to));
  receive(r, 512, 0);
  struct in_pktinfo info = {.ipi_spec_dst = {htonl(0x7f000009)}};
  CALL(send_with(IPPROTO_IP, IP_PKTINFO, &info, sizeof info, &to, sizeof to));
  receive(r, 512, 0);
  CALL(send_with(IPPROTO_IP, IP_PKTINFO, &info, 4, &to, sizeof to));
  CALL(send_with(IPPROTO_IP, 77, &info, 4, &to, sizeof to));
  CALL(send_with(SOL_SOCKET, 77, &info, 4, &to, sizeof to));
  CALL(send_with(SOL_SOCKET, SCM_RIGHTS, &zero, 4, &to, sizeof to));
  CALL(send_with(IPPROTO_TCP, 77, &info, 4, &to, sizeof to));
  while (recv(r, b, 10, MSG_DONTWAIT) >= 0) {
  }

  int r6 = socket(AF_INET6, SOCK_DGRAM, 0);
  s = socket(AF_INET6, SOCK_DGRAM, 0);
  BIND(r6, "::", 7201);
  set_int(r6, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  set_int(r6, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
  set_int(r6, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
  struct sockaddr_in6 to6 = v6("::1", 7201), mapped = v6("::ffff:127.0.0.1", 7201);
  sendto(s, "six", 3, 0, (void *)&to6, sizeof to6);
  receive(r6, 512, 0);
  sendto(s, "mapped", 6, 0, (void *)&mapped, sizeof mapped);
  receive(r6, 512, 0);
  set_int(r6, IPPROTO_IP, IP_RECVTTL, 1);
  sendto(s, "mapped", 6, 0, (void *)&mapped, sizeof mapped);
  receive(r6, 512, 0);
  int hops = 7, class = 0x20;
  CALL(send_with(IPPROTO_IPV6, IPV6_HOPLIMIT, &hops, 4, &to6, sizeof to6));
  receive(r6, 512, 0);
  CALL(send_with(IPPROTO_IPV6, IPV6_TCLASS, &class, 4, &to6, sizeof to6));
  receive(r6, 512, 0);
  CALL(send_with(IPPROTO_IPV6, IPV6_HOPLIMIT, &big, 4, &to6, sizeof to6));
  CALL(send_with(IPPROTO_IPV6, 999, &big, 4, &to6, sizeof to6));
  return 0;
}

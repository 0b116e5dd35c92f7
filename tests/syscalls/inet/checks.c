/* What is looked at first: of names, flags, options and memory. */
#include "inet.h"

static struct sockaddr_in four(int port) { return v4("127.0.0.1", port); }
static struct sockaddr_in6 six(const char *text, int port) { return v6(text, port); }
#define NAME(a) (struct sockaddr *)&(a)

static int udp(int family) { return socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0); }

static long option(int s, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(s, level, name, &value, &size) ? -1 : value;
}
static long set(int s, int level, int name, int value) { return setsockopt(s, level, name, &value, sizeof value); }

static long send_with(int s, void *name, socklen_t size, int level, int type, int value) {
  union {
    char bytes[CMSG_SPACE(4)];
    struct cmsghdr header;
  } control = {0};
  struct iovec part = {"x", 1};
  struct msghdr message = {name, size, &part, 1, &control, sizeof control, 0};
  control.header = (struct cmsghdr){CMSG_LEN(4), level, type};
  memcpy(CMSG_DATA(&control.header), &value, 4);
  return sendmsg(s, &message, 0);
}

/* Bound to an address, an IPv6 socket is for that version. */
static void versions(void) {
  struct sockaddr_in a = four(7001), nowhere = v4("10.1.2.3", 7001), no_port = four(0);
  struct sockaddr_in6 own = six("::1", 7002), mapped = six("::ffff:127.0.0.1", 7001), group = six("ff02::1", 7001);
  int s = udp(AF_INET6);
  CALL(option(s, IPPROTO_IPV6, IPV6_V6ONLY));
  CALL(bind(s, NAME(own), sizeof own));
  CALL(option(s, IPPROTO_IPV6, IPV6_V6ONLY));
  CALL(sendto(s, "x", 1, 0, NAME(a), sizeof a));
  CALL(sendto(s, "x", 1, 0, NAME(no_port), sizeof own));
  CALL(sendto(s, "x", 1, MSG_OOB, NAME(mapped), sizeof mapped));
  CALL(send_with(s, &a, sizeof a, IPPROTO_IP, IP_TTL, 0));
  CALL(connect(s, NAME(nowhere), sizeof nowhere));
  CALL(connect(s, NAME(a), 2));
  CALL(connect(s, NAME(mapped), sizeof mapped));
  CALL(connect(s, NAME(group), sizeof group));
  CALL(sendto(s, "x", 1, MSG_OOB, NAME(own), sizeof own));
  close(s);
  /* An address that a connect has given is no such thing. */
  s = udp(AF_INET6);
  own.sin6_port = htons(7003);
  CALL(connect(s, NAME(own), sizeof own));
  CALL(option(s, IPPROTO_IPV6, IPV6_V6ONLY));
  CALL(connect(s, NAME(mapped), sizeof mapped));
  CALL(send(s, "x", 1, 0));
  close(s);
  s = udp(AF_INET6);
  mapped.sin6_port = htons(7004);
  CALL(bind(s, NAME(mapped), sizeof mapped));
  CALL(option(s, IPPROTO_IPV6, IPV6_V6ONLY));
  CALL(sendto(s, "x", 1, 0, NAME(own), sizeof own));
  CALL(connect(s, NAME(own), sizeof own));
  close(s);
  s = udp(AF_INET6);
  CALL(bind(s, NAME(group), sizeof group));
  close(s);
  s = udp(AF_INET);
  CALL(sendto(s, "x", 1, MSG_OOB, NAME(own), 16));
  CALL(sendto(s, "x", 1, MSG_OOB, NAME(a), 8));
  CALL(sendto(s, "x", 1, MSG_OOB, NULL, 0));
  CALL(sendto(s, BAD, 1, MSG_OOB, NULL, 0));
  CALL(sendto(s, "x", 1, 0, NAME(own), 16));
  CALL(send_with(s, &a, sizeof a, IPPROTO_UDP, 99, 1));
  CALL(send_with(s, &a, sizeof a, IPPROTO_IP, 77, 1));
  CALL(send_with(s, &a, sizeof a, IPPROTO_IPV6, 77, 1));
  CALL(send_with(s, &a, sizeof a, 77, 1, 1));
  close(s);
}

static void options(void) {
  int value = 1, tcp4 = socket(AF_INET, SOCK_STREAM, 0), tcp6 = socket(AF_INET6, SOCK_STREAM, 0);
  int udp4 = udp(AF_INET), udp6 = udp(AF_INET6);
  CALL(getsockopt(tcp6, IPPROTO_UDP, 1, &value, BAD));
  CALL(getsockopt(tcp4, IPPROTO_UDP, 1, &value, BAD));
  CALL(getsockopt(tcp4, IPPROTO_TCP, 999, &value, BAD));
  CALL(setsockopt(tcp4, IPPROTO_IP, IP_UNICAST_IF, &(int[4]){0}, 16));
  CALL(set(tcp4, IPPROTO_IP, IP_UNICAST_IF, htonl(77)));
  CALL(set(tcp4, IPPROTO_IP, IP_UNICAST_IF, htonl(1)));
  CALL(option(tcp4, IPPROTO_IP, IP_UNICAST_IF) == htonl(1));
  CALL(setsockopt(udp6, IPPROTO_IPV6, IPV6_UNICAST_IF, &(int[4]){0}, 16));
  CALL(set(udp6, IPPROTO_IPV6, IPV6_UNICAST_IF, htonl(77)));
  CALL(set(udp6, IPPROTO_IPV6, IPV6_UNICAST_IF, htonl(1)));
  CALL(option(udp6, IPPROTO_IPV6, IPV6_UNICAST_IF) == htonl(1));
  CALL(setsockopt(udp6, IPPROTO_IPV6, IPV6_MTU, &value, 3));
  CALL(set(udp6, IPPROTO_IPV6, IPV6_MTU, 5));
  CALL(set(udp6, IPPROTO_IPV6, IPV6_MTU, -1));
  CALL(set(udp6, IPPROTO_IPV6, IPV6_MTU, 1280));
  CALL(set(udp6, IPPROTO_IPV6, IPV6_MTU, 0));
  CALL(option(udp6, IPPROTO_IPV6, IPV6_MTU));
  for (int name = 101; name <= 102; name++) {
    CALL(option(udp4, IPPROTO_UDP, name));
    CALL(set(udp4, IPPROTO_UDP, name, 7));
    CALL(option(udp4, IPPROTO_UDP, name));
    CALL(option(udp6, IPPROTO_UDP, name));
  }
  CALL(option(tcp6, IPPROTO_IPV6, IPV6_ADDRFORM));
  CALL(set(tcp6, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET6));
  CALL(set(tcp6, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET));
  CALL(setsockopt(tcp6, IPPROTO_IPV6, IPV6_ADDRFORM, &value, 3));
}

static void show_name(int s) {
  struct sockaddr_storage name;
  socklen_t size = sizeof name;
  CALL(getpeername(s, NAME(name), &size));
  printf("family %d, %u bytes; domain %ld\n", name.ss_family, size, option(s, SOL_SOCKET, SO_DOMAIN));
}

/* A socket of version 6 with a peer of version 4 becomes one of version 4. */
static void address_form(void) {
  char byte;
  struct sockaddr_in6 mapped = six("::ffff:127.0.0.1", 7010), own = six("::1", 7010);
  int listening = listener("::", 7010), s = socket(AF_INET6, SOCK_STREAM, 0);
  CALL(connect(s, NAME(own), sizeof own));
  CALL(option(s, IPPROTO_IPV6, IPV6_ADDRFORM));
  CALL(set(s, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET));
  close(accept(listening, NULL, NULL));
  close(s);
  s = socket(AF_INET6, SOCK_STREAM, 0);
  CALL(connect(s, NAME(mapped), sizeof mapped));
  int other = accept(listening, NULL, NULL);
  show_name(s);
  CALL(set(s, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET));
  show_name(s);
  CALL(option(s, IPPROTO_IPV6, IPV6_V6ONLY));
  CALL(send(s, "x", 1, 0));
  CALL(recv(other, &byte, 1, 0));
  CALL(send(other, "y", 1, 0));
  CALL(recv(s, &byte, 1, 0));
  close(s);
  CALL(recv(other, &byte, 1, 0));
  s = udp(AF_INET6);
  CALL(connect(s, NAME(mapped), sizeof mapped));
  CALL(set(s, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET));
  show_name(s);
}

static void memory(void) {
  char bytes[100], *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 4096, 4096);
  int listening = listener("127.0.0.1", 7020), s = socket(AF_INET, SOCK_STREAM, 0);
  CALL(CONNECT(s, "127.0.0.1", 7020));
  int other = accept(listening, NULL, NULL);
  CALL(send(s, pages + 4090, 10, 0));
  struct iovec parts[] = {{bytes, 5}, {BAD, 5}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  CALL(sendmsg(s, &message, 0));
  CALL(writev(s, parts, 2));
  CALL(recv(other, bytes, 0, MSG_DONTWAIT));
  CALL(recv(other, bytes, 0, MSG_DONTWAIT | MSG_WAITALL));
  CALL(read(other, bytes, 0));
  CALL(send(s, "xyz", 3, 0));
  CALL(recv(other, bytes, 0, MSG_DONTWAIT | MSG_WAITALL));
  CALL(recv(other, bytes, 10, MSG_DONTWAIT));
  int from = udp(AF_INET), to = udp(AF_INET);
  CALL(BIND(to, "127.0.0.1", 7021));
  CALL(CONNECT(from, "127.0.0.1", 7021));
  CALL(send(from, "datagram", 8, 0));
  memset(bytes, '.', sizeof bytes);
  CALL(recvmsg(to, &message, 0));
  printf("%.8s\n", bytes);
  CALL(recvmsg(to, &message, 0));
}

/* The path's MTU, by the version of the peer; lengths of options that there are not; requests about nothing. */
static void lengths(void) {
  int s = udp(AF_INET6);
  struct sockaddr_in a = four(7030);
  struct sockaddr_in6 b = six("::1", 7030), c = six("::ffff:127.0.0.1", 7030);
  CALL(option(s, SOL_IP, IP_MTU));
  CALL(connect(s, NAME(b), sizeof b));
  CALL(option(s, SOL_IP, IP_MTU));
  CALL(option(s, SOL_IPV6, IPV6_MTU));
  s = udp(AF_INET6);
  CALL(connect(s, NAME(c), sizeof c));
  CALL(option(s, SOL_IP, IP_MTU));
  s = udp(AF_INET);
  CALL(connect(s, NAME(a), sizeof a));
  CALL(option(s, SOL_IP, IP_MTU));
  int t = socket(AF_INET, SOCK_STREAM, 0);
  static char request[64];
  int levels[] = {SOL_SOCKET, SOL_IP, SOL_IPV6, SOL_TCP, SOL_UDP};
  int sockets[] = {s, udp(AF_INET6), t};
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 5; j++)
      for (int len = 0; len <= 4; len += 2) {
        printf("socket %d level %d length %d: ", i, levels[j], len);
        CALL(setsockopt(sockets[i], levels[j], 9999, "\1\0\0\0", len));
      }
  for (int i = 0; i < 3; i++) {
    CALL(ioctl(sockets[i], 0x8999, BAD));
    CALL(ioctl(sockets[i], 0x8999, request));
    CALL(ioctl(sockets[i], 0x1234, BAD));
    CALL(ioctl(sockets[i], 0x10008999, BAD));
    if (sockets[i] != t) {
      CALL(ioctl(sockets[i], SIOCATMARK, BAD));
      CALL(ioctl(sockets[i], SIOCATMARK, request));
    }
  }
}

int main(void) {
  fresh();
  versions();
  lengths();
  options();
  address_form();
  memory();
  return 0;
}

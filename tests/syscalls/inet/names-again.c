/* Names and states of sockets that have been something else before. */
#include "inet.h"
#include <sys/un.h>

static int tcp(int family) { return socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0); }
static int udp(int family) { return socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0); }
#define NAME(a) (struct sockaddr *)&(a)

/* A connect that failed, and shutdown before anybody asked how. */
static void failed_connect(void) {
  int s = tcp(AF_INET);
  CALL(CONNECT(s, "127.0.0.1", 7101));
  CALL(shutdown(s, SHUT_RDWR));
  CALL(CONNECT(s, "127.0.0.1", 7101));
  CALL(listen(s, 1));
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  CALL(connect(s, &none, sizeof none));
  CALL(CONNECT(s, "127.0.0.1", 7101));
  CALL(CONNECT(s, "127.0.0.1", 7101));
  close(s);
}

/* A listener that has stopped, while who came over it is still there. */
static void listen_again(int reuse, int drop) {
  printf("reuse %d, dropped %d\n", reuse, drop);
  int s = tcp(AF_INET), c = tcp(AF_INET);
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  CALL(BIND(s, "127.0.0.1", 7102));
  CALL(listen(s, 1));
  CALL(CONNECT(c, "127.0.0.1", 7102));
  int a = accept(s, NULL, NULL);
  if (drop) {
    struct linger now = {1, 0};
    setsockopt(a, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(a);
  }
  CALL(shutdown(s, SHUT_RD));
  CALL(listen(s, 1));
  CALL(listen(s, 1));
  close(s);
  close(c);
  if (!drop) close(a);
}

/* Who listens first, of two that share a port. */
static void two(void) {
  int on = 1, a = tcp(AF_INET), b = tcp(AF_INET);
  setsockopt(a, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(b, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  CALL(BIND(a, "127.0.0.1", 7103));
  CALL(BIND(b, "127.0.0.1", 7103));
  CALL(listen(a, 1));
  CALL(listen(b, 1));
  CALL(shutdown(a, SHUT_RD));
  CALL(listen(b, 1));
  close(a);
  close(b);
}

/* An address that the listener was bound to is the connection's, too. */
static void accepted(const char *text) {
  int s = tcp(AF_INET), c = tcp(AF_INET);
  CALL(BIND(s, text, 7104));
  CALL(listen(s, 1));
  CALL(CONNECT(c, "127.0.0.1", 7104));
  int a = accept(s, NULL, NULL);
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  CALL(connect(a, &none, sizeof none));
  struct sockaddr_in own;
  socklen_t n = sizeof own;
  getsockname(a, NAME(own), &n);
  printf("%s\n", inet_ntoa(own.sin_addr));
  close(a);
  close(c);
  close(s);
}

static void port_zero(int family) {
  int s = udp(family);
  CALL(CONNECT(s, family == AF_INET ? "127.0.0.1" : "::1", 0));
  CALL(write(s, "ab", 2));
  struct sockaddr_in a = v4("127.0.0.1", 0);
  struct sockaddr_in6 b = v6("::1", 0), c = v6("::ffff:127.0.0.1", 0);
  CALL(sendto(s, "ab", 2, 0, NAME(a), sizeof a));
  CALL(sendto(s, "ab", 2, 0, NAME(b), sizeof b));
  CALL(sendto(s, "ab", 2, 0, NAME(c), sizeof c));
  close(s);
}

/* A datagram that waits for its rest: whether the rest's name is looked at. */
static void corked(int family) {
  int s = udp(family);
  CALL(CONNECT(s, family == AF_INET ? "127.0.0.1" : "::1", 7105));
  CALL(send(s, "a", 1, MSG_MORE));
  struct sockaddr_in a = v4("127.0.0.1", 0);
  struct sockaddr_in6 b = v6("::1", 0);
  struct sockaddr odd = {.sa_family = AF_UNIX};
  CALL(sendto(s, "b", 1, MSG_MORE, &odd, 1));
  CALL(sendto(s, "b", 1, MSG_MORE, &odd, 2));
  CALL(sendto(s, "b", 1, MSG_MORE, &odd, sizeof odd));
  CALL(sendto(s, "b", 1, MSG_MORE, NAME(a), 8));
  CALL(sendto(s, "b", 1, MSG_MORE, NAME(a), sizeof a));
  CALL(sendto(s, "b", 1, MSG_MORE, NAME(b), 20));
  CALL(sendto(s, "b", 1, MSG_MORE, NAME(b), sizeof b));
  close(s);
}

static void groups(const char *own) {
  int on = 1, s = udp(AF_INET);
  if (own) CALL(BIND(s, own, 0));
  CALL(CONNECT(s, "224.0.0.1", 7106));
  CALL(CONNECT(s, "255.255.255.255", 7106));
  CALL(setsockopt(s, SOL_SOCKET, SO_BROADCAST, &on, sizeof on));
  CALL(CONNECT(s, "255.255.255.255", 7106));
  CALL(CONNECT(s, "10.1.2.3", 7106));
  close(s);
}

static void options(void) {
  int one = 1, s = udp(AF_INET6), u = socket(AF_UNIX, SOCK_STREAM, 0);
  int list[] = {IPV6_DONTFRAG, IPV6_V6ONLY, IPV6_RECVPKTINFO, IPV6_MULTICAST_LOOP, IPV6_TCLASS, IPV6_UNICAST_HOPS, 9999};
  for (unsigned i = 0; i < sizeof list / sizeof *list; i++) {
    printf("option %d\n", list[i]);
    CALL(setsockopt(s, SOL_IPV6, list[i], (void *)16, 3));
    CALL(setsockopt(s, SOL_IPV6, list[i], (void *)16, 4));
    CALL(setsockopt(s, SOL_IPV6, list[i], &one, 0));
  }
  int both[] = {s, u};
  for (int i = 0; i < 2; i++) {
    CALL(setsockopt(both[i], SOL_SOCKET, SO_BINDTODEVICE, NULL, 0));
    CALL(setsockopt(both[i], SOL_SOCKET, SO_BINDTODEVICE, "lo", 2));
    CALL(setsockopt(both[i], SOL_SOCKET, SO_BINDTODEVICE, "none", 4));
    CALL(setsockopt(both[i], SOL_SOCKET, SO_BINDTODEVICE, (void *)16, 4));
    char name[20] = "?";
    socklen_t n = sizeof name;
    CALL(getsockopt(both[i], SOL_SOCKET, SO_BINDTODEVICE, name, &n));
    printf("%s %u\n", name, n);
    CALL(setsockopt(both[i], SOL_SOCKET, SO_BINDTODEVICE, "", 1));
  }
}

static void control(void) {
  int s = tcp(AF_INET), c = tcp(AF_INET);
  BIND(s, "127.0.0.1", 7107);
  listen(s, 1);
  CONNECT(c, "127.0.0.1", 7107);
  union {
    char bytes[CMSG_SPACE(4)];
    struct cmsghdr header;
  } u = {.header = {CMSG_LEN(4), SOL_SOCKET, 77}};
  struct iovec part = {(void *)16, 5};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &u, .msg_controllen = CMSG_LEN(4)};
  CALL(sendmsg(c, &message, 0));
  u.header.cmsg_level = SOL_IP;
  CALL(sendmsg(c, &message, 0));
  message.msg_controllen = 6;
  CALL(sendmsg(c, &message, 0));
  message.msg_controllen = CMSG_LEN(4);
  u.header.cmsg_len = 3;
  CALL(sendmsg(c, &message, 0));
}

static void shut_before(void) {
  for (int how = 0; how < 3; how++) {
    int s = tcp(AF_INET), c = tcp(AF_INET);
    char b[4];
    BIND(s, "127.0.0.1", 7108);
    listen(s, 1);
    CALL(shutdown(c, how));
    CALL(CONNECT(c, "127.0.0.1", 7108));
    show_poll("shut, then connected", c);
    CALL(write(c, "x", 1));
    CALL(read(c, b, 1));
    int a = accept(s, NULL, NULL);
    CALL(recv(a, b, 4, MSG_DONTWAIT));
    CALL(write(a, "y", 1));
    CALL(read(c, b, 1));
    close(a);
    close(c);
    close(s);
  }
  int u = udp(AF_INET);
  CONNECT(u, "127.0.0.1", 7108);
  CALL(shutdown(u, SHUT_WR));
  struct iovec part = {(void *)16, 5};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  CALL(sendmsg(u, &message, 0));
}

/* What a connection has from the packet that began it. */
static void born(int family, const char *own, const char *to) {
  int s = tcp(family), c = tcp(family);
  CALL(BIND(s, own, 7109));
  listen(s, 1);
  CALL(CONNECT(c, to, 7109));
  int a = accept(s, NULL, NULL), list[] = {s, c, a};
  for (int i = 0; i < 3; i++) {
    int rows[][2] = {{SOL_IP, IP_MULTICAST_TTL}, {SOL_IP, IP_TTL}, {SOL_IP, IP_MTU}, {SOL_IPV6, IPV6_MULTICAST_HOPS},
                     {SOL_IPV6, IPV6_UNICAST_HOPS}, {SOL_IPV6, IPV6_MULTICAST_IF}, {SOL_IPV6, IPV6_MTU}};
    for (unsigned j = 0; j < sizeof rows / sizeof *rows; j++) {
      int value = -7;
      socklen_t n = i ? sizeof value : (socklen_t)-1;
      printf("socket %d option %d %d: ", i, rows[j][0], rows[j][1]);
      CALL(getsockopt(list[i], rows[j][0], rows[j][1], &value, &n));
      printf("%d %u\n", value, n);
    }
  }
  char b[4] = "";
  CALL(write(c, "abcd", 4));
  CALL(recv(a, (void *)16, 2, MSG_TRUNC | MSG_PEEK));
  CALL(recv(a, (void *)16, 2, MSG_TRUNC));
  CALL(recv(a, (void *)16, 2, 0));
  CALL(recv(a, b, 4, MSG_DONTWAIT));
  close(a);
  close(c);
  close(s);
}

/* Connected to an address, whatever the port. */
static void any_port(int family, const char *text, const char *other) {
  int s = udp(family), c = udp(family), d = udp(family);
  char b[4];
  CALL(BIND(s, text, 7110));
  CALL(CONNECT(c, text, 7110));
  CALL(BIND(d, other, 0));
  CALL(CONNECT(d, text, 7110));
  CALL(CONNECT(s, text, 0));
  CALL(write(c, "c", 1));
  CALL(write(d, "d", 1));
  CALL(read(s, b, 4));
  CALL(read(s, b, 4));
  close(s);
  close(c);
  close(d);
}

/* Bytes that are counted and not copied; memory that is too short. */
static void truncated(void) {
  int s = tcp(AF_INET), c = tcp(AF_INET);
  BIND(s, "127.0.0.1", 7111);
  listen(s, 1);
  CONNECT(c, "127.0.0.1", 7111);
  int a = accept(s, NULL, NULL);
  char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(page + 4096, 4096);
  char *end = page + 4092;
  CALL(write(c, "0123456789", 10));
  CALL(recv(a, end, 8, MSG_PEEK));
  CALL(recv(a, end, 8, 0));
  CALL(read(a, end, 20));
  int flags[] = {MSG_PEEK | MSG_TRUNC, MSG_TRUNC, MSG_PEEK, 0};
  for (int i = 0; i < 4; i++) {
    memcpy(end, "....", 4);
    struct iovec part = {end, 4};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    CALL(recv(a, end, 2, flags[i]));
    printf("%.4s\n", end);
    CALL(recvmsg(a, &message, flags[i] | MSG_DONTWAIT));
    printf("%.4s flags %#x\n", end, message.msg_flags);
  }
  CALL(recv(a, end, 4, MSG_TRUNC | MSG_DONTWAIT));
}

static void more(void) {
  int s = udp(AF_INET6), u = udp(AF_INET), value = 7;
  CALL(CONNECT(s, "::1", 7112));
  CALL(send(s, "a", 1, MSG_MORE));
  CALL(send(s, (void *)16, 70000, 0));
  CALL(send(s, (void *)16, 7, 0));
  CALL(setsockopt(s, SOL_IPV6, IPV6_MULTICAST_HOPS, NULL, 4));
  CALL(setsockopt(s, SOL_IPV6, IPV6_V6ONLY, NULL, 4));
  CALL(setsockopt(s, SOL_IPV6, IPV6_RECVPKTINFO, NULL, 4));
  CALL(setsockopt(s, SOL_IPV6, IPV6_MULTICAST_HOPS, (void *)16, 4));
  CALL(setsockopt(tcp(AF_INET6), SOL_IPV6, IPV6_MULTICAST_HOPS, (void *)16, 4));
  union {
    char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
    struct cmsghdr header;
  } control = {.header = {CMSG_LEN(sizeof(struct in_pktinfo)), SOL_IP, IP_PKTINFO}};
  ((struct in_pktinfo *)CMSG_DATA(&control.header))->ipi_ifindex = 1000;
  struct sockaddr_in to = v4("127.0.0.1", 7112);
  struct iovec part = {"x", 1};
  struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1,
                           .msg_control = &control, .msg_controllen = sizeof control};
  CALL(sendmsg(u, &message, 0));
  int listening = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un name = {AF_UNIX, "more"};
  CALL(bind(listening, NAME(name), sizeof name));
  CALL(listen(listening, 1));
  CALL(ioctl(listening, SIOCOUTQ, &value));
  printf("%d\n", value);
  CALL(ioctl(listening, SIOCOUTQ, (void *)16));
  CALL(ioctl(listening, FIONREAD, &value));
}

int main(void) {
  fresh();
  truncated();
  more();
  shut_before();
  born(AF_INET, "127.0.0.1", "127.0.0.1");
  born(AF_INET6, "::1", "::1");
  born(AF_INET6, "::", "::ffff:127.0.0.1");
  any_port(AF_INET, "127.0.0.1", "127.0.0.2");
  any_port(AF_INET6, "::1", "::1");
  int byte = socket(AF_INET, SOCK_STREAM, 0);
  char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(page + 4096, 4096);
  CALL(setsockopt(byte, SOL_IP, IP_TTL, page + 4095, 3));
  CALL(setsockopt(byte, SOL_IP, IP_BIND_ADDRESS_NO_PORT, page + 4095, 3));
  CALL(setsockopt(byte, SOL_IP, IP_BIND_ADDRESS_NO_PORT, page + 4095, 4));
  failed_connect();
  for (int i = 0; i < 4; i++) listen_again(i & 1, i >> 1);
  two();
  accepted("127.0.0.1");
  accepted("0.0.0.0");
  port_zero(AF_INET);
  port_zero(AF_INET6);
  corked(AF_INET);
  corked(AF_INET6);
  groups(NULL);
  groups("127.0.0.1");
  options();
  control();
  return 0;
}

/*
 * TCP and UDP on loopback, both versions. Ports that a kernel chooses and sizes that it adapts by itself are not said; nothing is
 * sent that could fill a buffer, as what a buffer counts is the kernel's affair.
 */
#include "fuzz.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "inet.h"

VALUES(domain, AF_INET, AF_INET, AF_INET6, AF_INET6, AF_UNIX, 45)
VALUES(type, SOCK_STREAM | SOCK_NONBLOCK, SOCK_DGRAM | SOCK_NONBLOCK, SOCK_STREAM | SOCK_NONBLOCK, SOCK_DGRAM | SOCK_NONBLOCK,
       SOCK_SEQPACKET, SOCK_RDM, 0, 11, SOCK_DGRAM | 0x10)
VALUES(protocol, 0, 0, 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, 255, 256, -1)
VALUES(address_size, 16, 16, 16, 28, 28, 28, 0, 2, 8, 15, 24, 128, 129, -1)
VALUES(how, 0, 1, 2, 3, -1)
VALUES(backlog, 0, 1, 5, -1)
VALUES(accept_flags, SOCK_NONBLOCK, SOCK_NONBLOCK | SOCK_CLOEXEC, 1)
VALUES(data_size, 0, 1, 1, 2, 4, 10, 100, 1000)
FLAGS(message_flags, 0x100000, 0, MSG_DONTWAIT, MSG_PEEK, MSG_NOSIGNAL, MSG_TRUNC, MSG_OOB, MSG_WAITALL, MSG_MORE, MSG_EOR,
      MSG_DONTROUTE, MSG_CTRUNC, MSG_ERRQUEUE)
VALUES(socket_option, SO_TYPE, SO_ERROR, SO_ACCEPTCONN, SO_DOMAIN, SO_PROTOCOL, SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE,
       SO_BROADCAST, SO_OOBINLINE, SO_RCVLOWAT, SO_SNDLOWAT, SO_PRIORITY, SO_LINGER, SO_RCVTIMEO, SO_SNDTIMEO, SO_PEEK_OFF,
       SO_DONTROUTE, SO_BINDTODEVICE, SO_TIMESTAMP, SO_PASSCRED, SO_NO_CHECK, 9999, -1)
VALUES(ip_option, IP_TOS, IP_TTL, IP_HDRINCL, IP_OPTIONS, IP_RECVOPTS, IP_RETOPTS, IP_PKTINFO, IP_MTU_DISCOVER, IP_RECVERR,
       IP_RECVTTL, IP_RECVTOS, IP_MTU, IP_FREEBIND, IP_TRANSPARENT, IP_MINTTL, IP_NODEFRAG, IP_BIND_ADDRESS_NO_PORT,
       IP_MULTICAST_TTL, IP_MULTICAST_LOOP, IP_MULTICAST_ALL, IP_UNICAST_IF, 999, -1)
VALUES(ipv6_option, IPV6_V6ONLY, IPV6_UNICAST_HOPS, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_LOOP, IPV6_MULTICAST_IF, IPV6_MTU_DISCOVER,
       IPV6_RECVERR, IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, IPV6_TCLASS, IPV6_DONTFRAG, IPV6_ADDRFORM,
       IPV6_FREEBIND, IPV6_TRANSPARENT, IPV6_MTU, IPV6_UNICAST_IF, 999, -1)
VALUES(tcp_option, TCP_NODELAY, TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_SYNCNT, TCP_LINGER2, TCP_DEFER_ACCEPT,
       TCP_QUICKACK, TCP_USER_TIMEOUT, TCP_FASTOPEN, TCP_FASTOPEN_CONNECT, TCP_NOTSENT_LOWAT, TCP_INQ, TCP_THIN_LINEAR_TIMEOUTS, 99, -1)
VALUES(udp_option, UDP_CORK, UDP_NO_CHECK6_TX, UDP_NO_CHECK6_RX, 77, -1)
VALUES(socket_request, FIONREAD, FIONBIO, SIOCOUTQ, SIOCATMARK, SIOCGPGRP, FIOASYNC, 0x5555)

static word inet_fd(int slot) {
  if (below(8) == 0) return any_fd(slot);
  int fd = FIRST_INET + below(below(4) ? LAST_INET - FIRST_INET + 1 : 24);
  say("%d", fd);
  return fd;
}

static word address(int slot) {
  static const int ports[] = {LISTENING_PORT, LISTENING_PORT + 10, BOUND_PORT, BOUND_PORT, 7020, 7021, 7022, 0, 80};
  static const unsigned hosts[] = {INADDR_LOOPBACK, INADDR_LOOPBACK, INADDR_LOOPBACK, INADDR_ANY, 0x7f000002, 0x0a010203,
                                   INADDR_BROADCAST, 0xe0000001};
  static const struct in6_addr hosts6[] = {IN6ADDR_LOOPBACK_INIT, IN6ADDR_LOOPBACK_INIT, IN6ADDR_ANY_INIT,
                                           {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}}},
                                           {{{0xfd, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}},
                                           {{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}}};
  struct sockaddr_storage value;
  int port = ONE_OF(ports);
  if (below(2)) {
    unsigned host = ONE_OF(hosts);
    loopback(&value, AF_INET, port);
    ((struct sockaddr_in *)&value)->sin_addr.s_addr = htonl(host);
    say("{%#x:%d", host, port);
  } else {
    unsigned host = below(6);
    loopback(&value, AF_INET6, port);
    ((struct sockaddr_in6 *)&value)->sin6_addr = hosts6[host];
    say("{version 6, %u:%d", host, port);
  }
  if (below(12) == 0) value.ss_family = below(3);
  say(", family %d}", value.ss_family);
  return place(slot, &value, sizeof value);
}
static word address_or_null(int slot) {
  if (below(3)) {
    say("NULL");
    return 0;
  }
  return address(slot);
}

/* The level decides which option it is. */
static unsigned drawn_level;
static word level(int slot) {
  static const int levels[] = {SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, 77, -1};
  (void)slot;
  drawn_level = below(8) ? below(5) : below(7);
  say("%d", levels[drawn_level]);
  return (word)(long)levels[drawn_level];
}
static word option(int slot) {
  switch (drawn_level) {
    case 1: return ip_option(slot);
    case 2: return ipv6_option(slot);
    case 3: return tcp_option(slot);
    case 4: return udp_option(slot);
    default: return socket_option(slot);
  }
}
static word option_value(int slot) {
  static const int list[] = {0, 0, 1, 1, 1, 2, 3, 5, 60, 255, 256, -1, -2, 32767, 0x7fffffff, (int)0x80000000};
  int value[4] = {ONE_OF(list), 0, 0, 0};
  say("&%d", value[0]);
  return place(slot, value, sizeof value);
}
static word option_size(int slot) {
  static const word list[] = {4, 4, 4, 4, 4, 1, 2, 8, 16, 0, 3, -1};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}

static void show_option(const word args[6], long result) {
  if (result != 0) return;
  show_int("length", args[4]);
  show_int("value", args[3]);
}

static void show_name(word addr, word length) {
  struct sockaddr_storage name;
  int size;
  if (addr == 0 || !is_readable(length, sizeof size)) return;
  memcpy(&size, (const void *)length, sizeof size);
  say(" length %d", size);
  if (!is_readable(addr, sizeof name)) return;
  memcpy(&name, (const void *)addr, sizeof name);
  if (size < 8) return;
  int port = ntohs(((struct sockaddr_in *)&name)->sin_port);
  say(" family %d port %d", name.ss_family, port < 10000 ? port : -1);
  if (name.ss_family == AF_INET) say(" %#x", ntohl(((struct sockaddr_in *)&name)->sin_addr.s_addr));
}
static void show_address(const word args[6], long result) {
  if (result >= 0) show_name(args[1], args[2]);
}
static void show_from(const word args[6], long result) {
  if (result > 0 && result <= (long)args[2]) show_hash("bytes", args[1], result);
  if (result >= 0 && args[4] != 0) show_name(args[4], args[5]);
}

static word message(int slot, int is_out) {
  struct msghdr value;
  struct {
    struct cmsghdr header;
    int data[6];
  } control;
  static const int types[][3] = {{IPPROTO_IP, IP_TTL, 4}, {IPPROTO_IP, IP_TOS, 1}, {IPPROTO_IP, IP_PKTINFO, 12},
                                 {IPPROTO_IPV6, IPV6_HOPLIMIT, 4}, {IPPROTO_IPV6, IPV6_TCLASS, 4}, {IPPROTO_IPV6, IPV6_PKTINFO, 20},
                                 {SOL_SOCKET, SCM_RIGHTS, 4}, {IPPROTO_IP, 77, 4}, {77, 1, 4}, {IPPROTO_UDP, 99, 2}};
  memset(&value, 0, sizeof value);
  memset(&control, 0, sizeof control);
  say("{");
  value.msg_iov = (struct iovec *)iovec_out(5);
  value.msg_iovlen = below(8) ? below(3) : 1025;
  say(" of %zu", value.msg_iovlen);
  if (below(3) == 0) {
    say(", name ");
    value.msg_name = (void *)address(7);
    value.msg_namelen = below(3) ? 16 : below(2) ? 28 : below(2) ? 8 : 200;
    say("+%u", value.msg_namelen);
  }
  if (below(2)) {
    unsigned n = below(10);
    control.header.cmsg_level = types[n][0];
    control.header.cmsg_type = types[n][1];
    control.header.cmsg_len = sizeof control.header + (below(5) ? types[n][2] : 2);
    control.data[0] = below(4) ? 1 : below(300);
    say(", control %u [%d] %zu", n, control.data[0], control.header.cmsg_len);
    memcpy((void *)(SLOT(4) + 4096), &control, sizeof control);
    value.msg_control = (void *)(SLOT(4) + 4096);
    value.msg_controllen = is_out && below(2) ? 200 : CMSG_SPACE(types[n][2]);
  }
  say("}");
  return place(slot, &value, sizeof value);
}
static word message_in(int slot) { return message(slot, 0); }
static word message_out(int slot) { return message(slot, 1); }

static void show_message(const word args[6], long result) {
  struct msghdr value;
  if (result < 0 || !is_readable(args[1], sizeof value)) return;
  memcpy(&value, (const void *)args[1], sizeof value);
  say(" flags %#x control %zu name %u", value.msg_flags, value.msg_controllen, value.msg_namelen);
  if (result > 0) show_hash("bytes", SLOT(6), SLOT_SIZE);
}

static word poll_list(int slot) {
  struct pollfd list[4];
  say("[");
  for (int i = 0; i < 4; i++) {
    static const short events[] = {POLLIN, POLLOUT, POLLIN | POLLOUT, -1, POLLRDHUP};
    say(i ? ", " : "");
    list[i].fd = (int)inet_fd(slot);
    list[i].events = ONE_OF(events);
    list[i].revents = 0x5555;
    say(":%x", (unsigned short)list[i].events);
  }
  say("]");
  return place(slot, list, sizeof list);
}
static void show_poll(const word args[6], long result) {
  if (result < 0 || !is_readable(args[0], 4 * sizeof(struct pollfd))) return;
  for (int i = 0; i < 4; i++) {
    struct pollfd value;
    memcpy(&value, (const void *)(args[0] + 8 * i), sizeof value);
    say(" %x", (unsigned short)value.revents);
  }
}
static void show_ioctl(const word args[6], long result) {
  /* Of datagrams SIOCOUTQ tells what the kernel needed for them. */
  if (result == 0 && args[1] != FIONBIO && args[1] != FIOASYNC && args[1] != SIOCOUTQ) show_int("gives", args[2]);
}
static word four(int slot) {
  (void)slot;
  say("4");
  return 4;
}
static word closed_fd(int slot) {
  (void)slot;
  int fd = below(4) ? 47 + below(16) : FIRST_INET + below(LAST_INET - FIRST_INET + 1);
  say("%d", fd);
  return fd;
}

static const struct call CALLS[] = {
    {"socket", SYS_socket, 0, {domain, type, protocol}, NULL},
    {"bind", SYS_bind, 0, {inet_fd, address, address_size}, NULL},
    {"connect", SYS_connect, 1, {inet_fd, address, address_size}, NULL},
    {"connect", SYS_connect, 1, {inet_fd, address, address_size}, NULL},
    {"listen", SYS_listen, 0, {inet_fd, backlog}, NULL},
    {"accept4", SYS_accept4, 1, {inet_fd, out_or_null, int_pointer, accept_flags}, show_address},
    {"shutdown", SYS_shutdown, 0, {inet_fd, how}, NULL},
    {"close", SYS_close, 0, {closed_fd}, NULL},
    {"getsockname", SYS_getsockname, 0, {inet_fd, out_pointer, int_pointer}, show_address},
    {"getpeername", SYS_getpeername, 0, {inet_fd, out_pointer, int_pointer}, show_address},
    {"sendto", SYS_sendto, 1, {inet_fd, in_buffer, data_size, message_flags, address_or_null, address_size}, NULL},
    {"sendto", SYS_sendto, 1, {inet_fd, in_buffer, data_size, message_flags, address_or_null, address_size}, NULL},
    {"recvfrom", SYS_recvfrom, 1, {inet_fd, out_buffer, data_size, message_flags, out_or_null, int_pointer}, show_from},
    {"recvfrom", SYS_recvfrom, 1, {inet_fd, out_buffer, data_size, message_flags, out_or_null, int_pointer}, show_from},
    {"sendmsg", SYS_sendmsg, 1, {inet_fd, message_in, message_flags}, NULL},
    {"recvmsg", SYS_recvmsg, 1, {inet_fd, message_out, message_flags}, show_message},
    {"setsockopt", SYS_setsockopt, 0, {inet_fd, level, option, option_value, option_size}, NULL},
    {"setsockopt", SYS_setsockopt, 0, {inet_fd, level, option, option_value, option_size}, NULL},
    {"getsockopt", SYS_getsockopt, 0, {inet_fd, level, option, out_pointer, int_pointer}, show_option},
    {"getsockopt", SYS_getsockopt, 0, {inet_fd, level, option, out_pointer, int_pointer}, show_option},
    {"ioctl", SYS_ioctl, 0, {inet_fd, socket_request, int_pointer}, show_ioctl},
    {"read", SYS_read, 1, {inet_fd, out_buffer, data_size}, show_bytes1},
    {"write", SYS_write, 1, {inet_fd, in_buffer, data_size}, NULL},
    {"poll", SYS_poll, 1, {poll_list, four, zero}, show_poll},
};

const struct family inet_family = {"inet", CALLS, sizeof CALLS / sizeof *CALLS};

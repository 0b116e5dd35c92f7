/* Each program has a network namespace of its own: nothing collides, and all begin with the same. */
#ifndef INET_H
#define INET_H

#include "../check.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <linux/sockios.h>

/* A namespace with lo up. */
static inline void fresh(void) {
  if (unshare(CLONE_NEWNET)) perror("unshare");
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq ifr = {.ifr_name = "lo"};
  ifr.ifr_flags = IFF_UP;
  if (ioctl(s, SIOCSIFFLAGS, &ifr)) perror("lo");
  close(s);
  signal(SIGPIPE, SIG_IGN);
}

/* Addresses by text; the same length for bind and connect. */
static inline struct sockaddr_in v4(const char *text, int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, text, &a.sin_addr);
  return a;
}

static inline struct sockaddr_in6 v6(const char *text, int port) {
  struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  inet_pton(AF_INET6, text, &a.sin6_addr);
  return a;
}

/* bind or connect to a text address, by the family of the text. */
static inline int with_name(int (*call)(int, const struct sockaddr *, socklen_t), int s,
                            const char *text, int port) {
  if (strchr(text, ':')) {
    struct sockaddr_in6 a = v6(text, port);
    return call(s, (void *)&a, sizeof a);
  }
  struct sockaddr_in a = v4(text, port);
  return call(s, (void *)&a, sizeof a);
}
__attribute__((unused)) static int call_bind(int s, const struct sockaddr *a, socklen_t n) { return bind(s, a, n); }
__attribute__((unused)) static int call_connect(int s, const struct sockaddr *a, socklen_t n) { return connect(s, a, n); }
#define BIND(s, text, port) with_name(call_bind, s, text, port)
#define CONNECT(s, text, port) with_name(call_connect, s, text, port)

static inline int listener(const char *text, int port) {
  int one = 1, s = socket(strchr(text, ':') ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (BIND(s, text, port) || listen(s, 16)) perror("listener");
  return s;
}

/* A connected pair: fds[0] has connected, fds[1] was accepted. */
static inline void tcp_pair(int fds[2]) {
  int l = listener("127.0.0.1", 0);
  struct sockaddr_in a;
  socklen_t n = sizeof a;
  getsockname(l, (void *)&a, &n);
  fds[0] = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fds[0], (void *)&a, n)) perror("connect");
  fds[1] = accept(l, NULL, NULL);
  close(l);
}

/* Ephemeral ports are shown as "some". */
static inline void show_address(const char *what, const void *p, socklen_t len) {
  char text[64];
  const struct sockaddr_in *a = p;
  if (len == 0) printf("%s: none\n", what);
  else if (a->sin_family == AF_INET) {
    int port = ntohs(a->sin_port);
    inet_ntop(AF_INET, &a->sin_addr, text, sizeof text);
    if (port >= 32768) printf("%s: %s some (%d)\n", what, text, len);
    else printf("%s: %s %d (%d)\n", what, text, port, len);
  } else if (a->sin_family == AF_INET6) {
    const struct sockaddr_in6 *b = p;
    int port = ntohs(b->sin6_port);
    inet_ntop(AF_INET6, &b->sin6_addr, text, sizeof text);
    if (port >= 32768) printf("%s: %s some (%d)\n", what, text, len);
    else printf("%s: %s %d (%d)\n", what, text, port, len);
  } else printf("%s: family %d (%d)\n", what, a->sin_family, len);
}

static inline void show_names(const char *what, int s) {
  struct sockaddr_storage a;
  socklen_t n = sizeof a;
  char line[80];
  snprintf(line, sizeof line, "%s local", what);
  if (CALL(getsockname(s, (void *)&a, &n)) == 0) show_address(line, &a, n);
  n = sizeof a;
  snprintf(line, sizeof line, "%s peer", what);
  if (CALL(getpeername(s, (void *)&a, &n)) == 0) show_address(line, &a, n);
}

static inline void show_poll(const char *what, int s) {
  struct pollfd p = {s, 0xffff & ~POLLNVAL, 0};
  poll(&p, 1, 0);
  static const struct { int bit; const char *name; } names[] = {
      {POLLIN, "IN"}, {POLLPRI, "PRI"}, {POLLOUT, "OUT"}, {POLLERR, "ERR"}, {POLLHUP, "HUP"},
      {POLLRDNORM, "RDNORM"}, {POLLRDBAND, "RDBAND"}, {POLLWRNORM, "WRNORM"},
      {POLLWRBAND, "WRBAND"}, {POLLRDHUP, "RDHUP"}};
  printf("%s:", what);
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (p.revents & names[i].bit) printf(" %s", names[i].name);
  printf("\n");
}

static inline int so_error(int s) {
  int e = -1;
  socklen_t n = sizeof e;
  getsockopt(s, SOL_SOCKET, SO_ERROR, &e, &n);
  return e;
}
#define SHOW_ERROR(s)                                                       \
  do {                                                                      \
    int e_ = so_error(s);                                                   \
    printf("SO_ERROR of " #s ": %s\n", e_ ? strerrorname_np(e_) : "0");     \
  } while (0)

static inline int tcp_state(int s) {
  struct tcp_info info = {0};
  socklen_t n = sizeof info;
  if (getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &n)) return -1;
  return info.tcpi_state;
}

static inline int set_int(int s, int level, int option, int value) {
  return setsockopt(s, level, option, &value, sizeof value);
}

static inline int get_int(int s, int level, int option) {
  int value = -12345;
  socklen_t n = sizeof value;
  if (getsockopt(s, level, option, &value, &n)) return -1;
  return value;
}

#endif

/* What a sequence of the family "inet" finds besides: a network namespace of its own, and sockets of both versions. */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "inet.h"

static void need(int ok, const char *what) {
  if (ok) return;
  say("setup: %s: %s\n", what, strerrorname_np(errno));
  _exit(9);
}

/* As root. */
void enter_network(void) {
  struct ifreq request = {.ifr_name = "lo"};
  request.ifr_flags = IFF_UP;
  need(unshare(CLONE_NEWNET) == 0, "unshare");
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  need(ioctl(fd, SIOCSIFFLAGS, &request) == 0, "lo");
  close(fd);
}

static int open_at(int want, int domain, int type) {
  int fd = socket(domain, type | SOCK_NONBLOCK, 0);
  need(fd >= 0, "socket");
  if (fd != want) {
    need(dup3(fd, want, 0) == want, "dup3");
    close(fd);
  }
  return want;
}

socklen_t loopback(struct sockaddr_storage *into, int domain, int port) {
  memset(into, 0, sizeof *into);
  if (domain == AF_INET) {
    struct sockaddr_in *name = (struct sockaddr_in *)into;
    name->sin_family = AF_INET, name->sin_port = htons(port), name->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sizeof *name;
  }
  struct sockaddr_in6 *name = (struct sockaddr_in6 *)into;
  name->sin6_family = AF_INET6, name->sin6_port = htons(port), name->sin6_addr = in6addr_loopback;
  return sizeof *name;
}

static void bind_to(int fd, int domain, int port) {
  struct sockaddr_storage name;
  socklen_t size = loopback(&name, domain, port);
  need(bind(fd, (struct sockaddr *)&name, size) == 0, "bind");
}

static void connect_to(int fd, int domain, int port) {
  struct sockaddr_storage name;
  socklen_t size = loopback(&name, domain, port);
  need(connect(fd, (struct sockaddr *)&name, size) == 0 || errno == EINPROGRESS, "connect");
}

/* A listener at `first`, a client behind it, and the connection that was accepted from it. */
static void open_connection(int first, int domain, int port) {
  bind_to(open_at(first, domain, SOCK_STREAM), domain, port);
  need(listen(first, 3) == 0, "listen");
  connect_to(open_at(first + 1, domain, SOCK_STREAM), domain, port);
  int fd = accept4(first, NULL, NULL, SOCK_NONBLOCK);
  need(fd >= 0, "accept");
  if (fd != first + 2) {
    need(dup3(fd, first + 2, 0) == first + 2, "dup3");
    close(fd);
  }
}

void open_inet(void) {
  open_connection(32, AF_INET, LISTENING_PORT);
  open_connection(35, AF_INET6, LISTENING_PORT + 10);
  open_at(38, AF_INET, SOCK_STREAM);
  open_at(39, AF_INET6, SOCK_STREAM);
  bind_to(open_at(40, AF_INET, SOCK_STREAM), AF_INET, BOUND_PORT);
  bind_to(open_at(41, AF_INET, SOCK_DGRAM), AF_INET, BOUND_PORT);
  connect_to(open_at(42, AF_INET, SOCK_DGRAM), AF_INET, BOUND_PORT);
  open_at(43, AF_INET, SOCK_DGRAM);
  bind_to(open_at(44, AF_INET6, SOCK_DGRAM), AF_INET6, BOUND_PORT);
  connect_to(open_at(45, AF_INET6, SOCK_DGRAM), AF_INET6, BOUND_PORT);
  open_at(46, AF_INET6, SOCK_DGRAM);
}

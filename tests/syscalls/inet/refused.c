/* Who is told that nobody waits for a datagram: the socket that an answer would reach. */
#include "inet.h"
#include <poll.h>

static int udp(int family) {
  return socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
}

static struct sockaddr_in at4(uint32_t address, int port) {
  return (struct sockaddr_in){AF_INET, htons(port), {htonl(address)}, {0}};
}

static struct sockaddr_in6 at6(int port) {
  return (struct sockaddr_in6){AF_INET6, htons(port), 0, IN6ADDR_LOOPBACK_INIT, 0};
}

/* A port that nobody has: of a socket that has been closed. */
static int free_port(void) {
  int fd = udp(AF_INET);
  struct sockaddr_in a = at4(INADDR_LOOPBACK, 0);
  socklen_t len = sizeof a;
  bind(fd, (void *)&a, len);
  getsockname(fd, (void *)&a, &len);
  close(fd);
  return ntohs(a.sin_port);
}

static void told(const char *what, int fd) {
  struct pollfd p = {fd, POLLIN | POLLOUT, 0};
  int n = poll(&p, 1, 0);
  int error = -1;
  socklen_t len = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
  printf("%s: poll %d events %#x error %s\n", what, n, p.revents, error == 0 ? "0" : strerrorname_np(error));
}

int main(void) {
  int nobody = free_port();
  int other = free_port();
  while (other == nobody) other = free_port();
  struct sockaddr_in to = at4(INADDR_LOOPBACK, nobody);
  struct sockaddr_in second = at4(INADDR_LOOPBACK + 1, nobody);
  struct sockaddr_in third = at4(INADDR_LOOPBACK, other);
  struct sockaddr_in6 to6 = at6(nobody);
  struct sockaddr_in6 third6 = at6(other);

  int fd = udp(AF_INET);
  CALL(sendto(fd, "x", 1, 0, (void *)&to, sizeof to));
  told("not connected", fd);

  CALL(connect(fd, (void *)&to, sizeof to));
  CALL(send(fd, "x", 1, 0));
  told("to the peer", fd);
  CALL(sendto(fd, "x", 1, 0, (void *)&to, sizeof to));
  told("to the peer by name", fd);
  CALL(sendto(fd, "x", 1, 0, (void *)&second, sizeof second));
  told("to another address", fd);
  CALL(sendto(fd, "x", 1, 0, (void *)&third, sizeof third));
  told("to another port", fd);
  CALL(sendto(fd, "x", 1, 0, (void *)&third, sizeof third));
  CALL(send(fd, "x", 1, 0));
  CALL(send(fd, "x", 1, 0));
  told("after a send that told it", fd);

  int on = 1;
  CALL(setsockopt(fd, SOL_IP, IP_RECVERR, &on, sizeof on));
  CALL(sendto(fd, "x", 1, 0, (void *)&third, sizeof third));
  told("queued, to another port", fd);
  char bytes[100];
  CALL(recv(fd, bytes, sizeof bytes, MSG_ERRQUEUE));
  CALL(send(fd, "x", 1, 0));
  told("queued, to the peer", fd);
  CALL(recv(fd, bytes, sizeof bytes, MSG_ERRQUEUE));
  close(fd);

  /* Two share a port; one is connected to where the other sends. */
  int a = udp(AF_INET);
  int b = udp(AF_INET);
  CALL(setsockopt(a, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  CALL(setsockopt(b, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  struct sockaddr_in own = at4(INADDR_LOOPBACK, free_port());
  CALL(bind(a, (void *)&own, sizeof own));
  CALL(bind(b, (void *)&own, sizeof own));
  CALL(connect(b, (void *)&to, sizeof to));
  CALL(sendto(a, "x", 1, 0, (void *)&to, sizeof to));
  told("who sent", a);
  told("who is connected", b);
  CALL(setsockopt(a, SOL_IP, IP_RECVERR, &on, sizeof on));
  CALL(sendto(a, "x", 1, 0, (void *)&to, sizeof to));
  told("who sent and wants errors", a);
  told("who is connected", b);
  CALL(sendto(b, "x", 1, 0, (void *)&third, sizeof third));
  told("who is not connected and wants errors", a);
  told("who sent", b);
  close(a);
  close(b);

  int six = udp(AF_INET6);
  CALL(connect(six, (void *)&to6, sizeof to6));
  CALL(send(six, "x", 1, 0));
  told("version 6, to the peer", six);
  CALL(sendto(six, "x", 1, 0, (void *)&third6, sizeof third6));
  told("version 6, to another port", six);
  CALL(connect(six, (void *)&to, sizeof to));
  CALL(send(six, "x", 1, 0));
  told("version 6, connected with version 4", six);
  CALL(sendto(six, "x", 1, 0, (void *)&third, sizeof third));
  told("version 6, with version 4 to another port", six);
  close(six);
  return 0;
}

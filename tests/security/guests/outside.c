/* Goes at the network outside: connections by the ten thousand, left in every state, datagrams to everywhere, questions that
 * nobody reads the answers of. Arguments: the port of a server behind the gateway that accepts and never reads. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in to(const char *address, int port) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, address, &name.sin_addr);
  return name;
}

static int connecting(struct sockaddr_in name) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd >= 0) connect(fd, (struct sockaddr *)&name, sizeof name);
  return fd;
}

static void refused(void) {
  struct sockaddr_in name = to("10.0.0.1", 80);
  int count = 0;
  for (int i = 0; i < 30000; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    name.sin_port = htons(i & 0xffff);
    count += connect(fd, (struct sockaddr *)&name, sizeof name) < 0 && errno == EACCES;
    close(fd);
  }
  printf("refused: %d\n", count);
}

/* Each is left as far as it has come. */
static void abandoned(int port) {
  static char bytes[65536];
  unsigned seed = 1;
  for (int i = 0; i < 2000; i++) {
    int fd = connecting(to("10.0.2.2", i % 16 == 15 ? 1 : port));
    if (fd < 0) continue;
    seed = seed * 1103515245 + 12345;
    if (seed & 0x10000) usleep(100);
    if (seed & 0x20000) send(fd, bytes, seed & 0xffff, MSG_NOSIGNAL);
    if (seed & 0x40000) shutdown(fd, (seed >> 20) % 3);
    if (seed & 0x80000) {
      struct linger hard = {1, 0};
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    close(fd);
  }
  printf("abandoned\n");
}

/* As much as the other side's sleep allows, on as many connections as there are descriptors. */
static void filled(int port) {
  static char bytes[1 << 20];
  static int fds[1000];
  int count = 0;
  while (count < 1000 && (fds[count] = connecting(to("10.0.2.2", port))) >= 0) count++;
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < count; i++) send(fds[i], bytes, i % 2 ? 1 : sizeof bytes, MSG_NOSIGNAL);
    if (round % 10 == 0) usleep(20000);
  }
  printf("filled: %s\n", count > 500 ? "many" : "few");
}

static void scattered(void) {
  static char bytes[65507];
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  int others[200];
  for (int i = 0; i < 200; i++) others[i] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  for (int i = 0; i < 20000; i++) {
    struct sockaddr_in name = to("10.0.2.2", 1 + i % 60000);
    sendto(i % 3 ? fd : others[i % 200], bytes, i % 50 ? 1 : sizeof bytes, 0, (void *)&name, sizeof name);
  }
  /* A port that is none: sendto(2) refuses it, connect(2) does not. */
  struct sockaddr_in nowhere = to("10.0.2.2", 0);
  connect(fd, (void *)&nowhere, sizeof nowhere);
  send(fd, bytes, 1, 0);
  int stream = socket(AF_INET, SOCK_STREAM, 0);
  connect(stream, (void *)&nowhere, sizeof nowhere);
  printf("scattered\n");
}

static void asked(void) {
  static unsigned char query[65536] = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, 'x', 'x', 'x', 'x', 'x', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 1, 0, 1};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in server = to("10.0.2.3", 53);
  for (int i = 0; i < 20000; i++) {
    memcpy(query + 13, &(int){0x41414141 + (i & 0xf0f0f0f)}, 4);
    sendto(fd, query, i % 100 == 99 ? 60000 : 31, 0, (void *)&server, sizeof server);
  }
  /* The same as a stream, that is never read. */
  int stream = socket(AF_INET, SOCK_STREAM, 0);
  connect(stream, (void *)&server, sizeof server);
  fcntl(stream, F_SETFL, O_NONBLOCK);
  static unsigned char framed[33 * 2000];
  for (int i = 0; i < 2000; i++) {
    framed[33 * i + 1] = 31;
    memcpy(framed + 33 * i + 2, query, 31);
  }
  for (int i = 0; i < 200; i++) send(stream, framed, sizeof framed, MSG_NOSIGNAL);
  printf("asked\n");
}

int main(int argc, char **argv) {
  int port = argc > 1 ? atoi(argv[1]) : 1;
  refused();
  abandoned(port);
  scattered();
  asked();
  filled(port);
  printf("alive\n");
  return 0;
}

/*
 * Where reads of a stream end at urgent bytes, at those that MSG_OOB has taken, and at what SO_PEEK_OFF leads to: a walk
 * through short sends and receives, the same each time.
 */
#include "../check.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef SIOCATMARK
#define SIOCATMARK 0x8905
#endif

static unsigned state = 7;
static unsigned below(unsigned n) {
  state = state * 1103515245 + 12345;
  return (state >> 16) % n;
}

static char bytes[20];
static int pair[2];

static long step(void) {
  int n = below(5), flags = (below(3) ? 0 : MSG_PEEK) | (below(8) ? 0 : MSG_WAITALL) | (below(8) ? 0 : MSG_TRUNC);
  int value = below(2);
  memset(bytes, '.', sizeof bytes);
  switch (below(11)) {
    case 0:
    case 1:
    case 2: printf("send %d", n); return send(pair[0], "abcd", n, 0);
    case 3:
    case 4: printf("send %d urgent", n); return send(pair[0], "xyzw", n, MSG_OOB);
    case 5:
    case 6:
    case 7: printf("receive %d %#x", n, flags); return recv(pair[1], bytes, n, flags);
    case 8:
    case 9: printf("receive %d %#x urgent", n, flags); return recv(pair[1], bytes, n, flags | MSG_OOB);
  }
  if (below(2)) {
    printf("inline %d", value);
    return setsockopt(pair[1], SOL_SOCKET, SO_OOBINLINE, &value, sizeof value);
  }
  value = value ? -1 : 0;
  printf("peek from %d", value);
  return setsockopt(pair[1], SOL_SOCKET, SO_PEEK_OFF, &value, sizeof value);
}

int main(void) {
  int is_at_mark;
  signal(SIGURG, SIG_IGN);
  for (int round = 0; round < 30; round++) {
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
    printf("%d\n", round);
    for (int i = 0; i < 25; i++) {
      long result = step();
      const char *name = result < 0 ? strerrorname_np(errno) : "";
      struct pollfd asked = {pair[1], POLLIN | POLLPRI, 0};
      ioctl(pair[1], SIOCATMARK, &is_at_mark);
      poll(&asked, 1, 0);
      printf(": %ld %s %.6s mark %d poll %x\n", result, name, bytes, is_at_mark, asked.revents);
    }
    int error = 0;
    socklen_t size = sizeof error;
    close(pair[1]);
    getsockopt(pair[0], SOL_SOCKET, SO_ERROR, &error, &size);
    printf("closed: %d\n", error);
    close(pair[0]);
  }
  int datagrams = socket(AF_UNIX, SOCK_DGRAM, 0);
  CALL(ioctl(datagrams, SIOCATMARK, &is_at_mark));
  return 0;
}

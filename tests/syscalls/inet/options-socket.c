/* SOL_SOCKET of all kinds of sockets: what each option is at first, takes, and then is. */
#include "inet.h"

static void try(int s, int option) {
  static const int values[] = {0, 1, -1, 3000};
  unsigned char b[64];
  memset(b, 0x5a, sizeof b);
  socklen_t n = sizeof b;
  errno = 0;
  int r = getsockopt(s, SOL_SOCKET, option, b, &n);
  printf("  %2d:", option);
  if (r) printf(" %s", strerrorname_np(errno));
  else {
    int v;
    memcpy(&v, b, 4);
    if (n == 4) printf(" %d", v);
    else printf(" (%d bytes)", n);
  }
  for (int i = 0; i < 4; i++) {
    if (values[i] < 0 && (option == SO_SNDBUF || option == SO_RCVBUF)) continue; /* The limit is the machine's. */
    errno = 0;
    r = set_int(s, SOL_SOCKET, option, values[i]);
    printf(" | %d: %s", values[i], r ? strerrorname_np(errno) : "ok");
    n = 4;
    int v = 0;
    if (r == 0 && getsockopt(s, SOL_SOCKET, option, &v, &n) == 0) printf(" %d", v);
  }
  errno = 0;
  r = setsockopt(s, SOL_SOCKET, option, b, 3);
  printf(" | short: %s", r ? strerrorname_np(errno) : "ok");
  errno = 0;
  r = setsockopt(s, SOL_SOCKET, option, BAD, 4);
  printf(" | bad: %s\n", r ? strerrorname_np(errno) : "ok");
}

int main(void) {
  fresh();
  static const int options[] = {
      SO_DEBUG, SO_REUSEADDR, SO_TYPE, SO_ERROR, SO_DONTROUTE, SO_BROADCAST, SO_SNDBUF, SO_RCVBUF,
      SO_KEEPALIVE, SO_OOBINLINE, SO_NO_CHECK, SO_PRIORITY, SO_REUSEPORT, SO_PASSCRED, SO_RCVLOWAT, SO_SNDLOWAT,
      SO_TIMESTAMP, SO_ACCEPTCONN, SO_PEERSEC, SO_SNDBUFFORCE, SO_TIMESTAMPNS, SO_MARK, SO_PROTOCOL,
      SO_DOMAIN, SO_RXQ_OVFL, SO_PEEK_OFF, SO_LOCK_FILTER, SO_SELECT_ERR_QUEUE, SO_BINDTOIFINDEX, 90, -1, 1000};
  static const int kinds[][2] = {{AF_INET, SOCK_STREAM}, {AF_INET, SOCK_DGRAM}, {AF_INET6, SOCK_STREAM}, {AF_INET6, SOCK_DGRAM}};
  for (int k = 0; k < 4; k++) {
    printf("-- %d %d\n", kinds[k][0], kinds[k][1]);
    int s = socket(kinds[k][0], kinds[k][1], 0);
    for (unsigned i = 0; i < sizeof options / sizeof *options; i++) try(s, options[i]);
    close(s);
  }
  int s = socket(AF_INET, SOCK_STREAM, 0);
  char name[64] = "lo";
  socklen_t n = sizeof name;
  CALL(getsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, name, &n));
  CALL(n);
  CALL(setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2));
  n = sizeof name;
  CALL(getsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, name, &n));
  printf("%d %s\n", n, name);
  n = 2;
  CALL(getsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, name, &n));
  CALL(get_int(s, SOL_SOCKET, SO_BINDTOIFINDEX));
  CALL(setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "nosuch", 7));
  CALL(setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "", 0));
  struct linger g = {1, 9};
  CALL(setsockopt(s, SOL_SOCKET, SO_LINGER, &g, sizeof g));
  CALL(setsockopt(s, SOL_SOCKET, SO_LINGER, &g, 4));
  n = sizeof g;
  CALL(getsockopt(s, SOL_SOCKET, SO_LINGER, &g, &n));
  printf("%d %d\n", g.l_onoff, g.l_linger);
  struct timeval tv = {3, 500000};
  CALL(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
  n = sizeof tv;
  CALL(getsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, &n));
  printf("%ld %ld\n", (long)tv.tv_sec, (long)tv.tv_usec);
  int ucred[3];
  n = sizeof ucred;
  CALL(getsockopt(s, SOL_SOCKET, SO_PEERCRED, ucred, &n));
  printf("%d %d %d\n", ucred[0], ucred[1], ucred[2]);
  n = sizeof ucred;
  CALL(getsockopt(s, 9999, 1, ucred, &n));
  CALL(setsockopt(s, 9999, 1, ucred, 4));
  CALL(getsockopt(s, SOL_SOCKET, SO_TYPE, BAD, &n));
  CALL(getsockopt(s, SOL_SOCKET, SO_TYPE, ucred, BAD));
  n = -1;
  CALL(getsockopt(s, SOL_SOCKET, SO_TYPE, ucred, &n));
  n = 0;
  CALL(getsockopt(s, SOL_SOCKET, SO_TYPE, ucred, &n));
  CALL(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, ucred, -1));
  CALL(setsockopt(s, IPPROTO_TCP, TCP_NODELAY, ucred, -1));
  CALL(setsockopt(NO_FD, SOL_SOCKET, SO_REUSEADDR, ucred, 4));
  CALL(setsockopt(0, SOL_SOCKET, SO_REUSEADDR, ucred, 4));
  return 0;
}

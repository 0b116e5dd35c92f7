/* getsockopt(2), setsockopt(2) of unix sockets. */
#include "unix.h"

static int s[2];
static void get(const char *name, int option) {
  int value = -7;
  socklen_t len = sizeof value;
  if (getsockopt(s[0], SOL_SOCKET, option, &value, &len)) printf("%s: %s\n", name, strerrorname_np(errno));
  else printf("%s: %d (%u)\n", name, value, len);
}
static void set(const char *name, int option, int value) {
  int result = setsockopt(s[0], SOL_SOCKET, option, &value, sizeof value);
  printf("set %s %d: %s\n", name, value, result ? strerrorname_np(errno) : "ok");
  get(name, option);
}
#define GET(o) get(#o, o)
#define SET(o, v) set(#o, o, v)

int main(void) {
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  GET(SO_TYPE);
  GET(SO_DOMAIN);
  GET(SO_PROTOCOL);
  GET(SO_ACCEPTCONN);
  GET(SO_ERROR);
  SET(SO_PASSCRED, 5);
  SET(SO_SNDBUF, 0);
  SET(SO_SNDBUF, 10000);
  SET(SO_RCVBUF, 0);
  SET(SO_RCVBUF, 10000);
  SET(SO_RCVLOWAT, 0);
  SET(SO_RCVLOWAT, -1);
  SET(SO_RCVLOWAT, 7);
  SET(SO_SNDLOWAT, 7);
  SET(SO_REUSEADDR, 3);
  SET(SO_REUSEPORT, 1);
  SET(SO_KEEPALIVE, 1);
  SET(SO_BROADCAST, 1);
  SET(SO_OOBINLINE, 1);
  SET(SO_PRIORITY, 6);
  SET(SO_PEEK_OFF, 3);
  SET(SO_PEEK_OFF, -1);
  SET(SO_TYPE, 1);
  SET(SO_ACCEPTCONN, 1);
  SET(9999, 1);
  struct timeval tv = {1, 500000}, bad = {0, 1000000}, negative = {-1, 0}, got;
  socklen_t len = sizeof got;
  CALL(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
  CALL(getsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &got, &len));
  printf("%ld %ld %u\n", got.tv_sec, got.tv_usec, len);
  CALL(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &bad, sizeof bad));
  CALL(setsockopt(s[0], SOL_SOCKET, SO_SNDTIMEO, &negative, sizeof negative));
  CALL(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, 4));
  struct linger linger = {1, 5};
  CALL(setsockopt(s[0], SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  CALL(setsockopt(s[0], SOL_SOCKET, SO_LINGER, &linger, 4));
  linger = (struct linger){7, 7};
  len = sizeof linger;
  CALL(getsockopt(s[0], SOL_SOCKET, SO_LINGER, &linger, &len));
  printf("%d %d\n", linger.l_onoff, linger.l_linger);
  int value = 1;
  CALL(setsockopt(s[0], SOL_SOCKET, SO_REUSEADDR, &value, 3));
  CALL(setsockopt(s[0], SOL_SOCKET, SO_REUSEADDR, BAD, 4));
  CALL(setsockopt(s[0], SOL_SOCKET, SO_REUSEADDR, &value, -1));
  CALL(setsockopt(s[0], 6, 1, &value, 4));
  CALL(getsockopt(s[0], 6, 1, &value, &len));
  CALL(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &value, BAD));
  len = -1;
  CALL(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &value, &len));
  len = 2;
  CALL(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &value, &len));
  CALL(len);
  CALL(setsockopt(1, SOL_SOCKET, SO_REUSEADDR, &value, 4));
  return 0;
}

/* accept(2), connect(2), send(2) and recv(2) that wait: what ends that, signals, times. */
#include "unix.h"

static int l, s[2];
static void told(int signo) { printf("%s\n", sigabbrev_np(signo)); }
static void soon(int flags) {
  on_signal(SIGALRM, told, flags);
  ualarm(30000, 0);
}
static void connects(void) {
  sleep_ms(80);
  int c = socket(AF_UNIX, SOCK_STREAM, 0);
  connect_to(c, "l");
  sleep_ms(50);
}
static void accepts(void) {
  sleep_ms(80);
  close(accept(l, NULL, NULL));
}
static void reads(void) {
  static char b[300000];
  sleep_ms(80);
  recv(s[1], b, sizeof b, 0);
  sleep_ms(50);
}

int main(void) {
  static char b[300000];
  l = socket(AF_UNIX, SOCK_STREAM, 0);
  bind_to(l, "l");
  listen(l, 0);
  soon(0);
  CALL(accept(l, NULL, NULL));
  soon(SA_RESTART);
  pid_t child = start(connects);
  CALL(accept(l, NULL, NULL) >= 0);
  waitpid(child, NULL, 0);
  struct timeval tv = {0, 30000};
  setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
  CALL(accept(l, NULL, NULL));
  int a = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(connect_to(a, "l"));
  soon(0);
  CALL(connect_to(c, "l")); /* Full. */
  soon(SA_RESTART);
  child = start(accepts);
  CALL(connect_to(c, "l"));
  waitpid(child, NULL, 0);
  CALL(shutdown(l, SHUT_RD));
  c = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(connect_to(c, "l"));
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  soon(0);
  CALL(recv(s[0], b, 1, 0));
  setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
  tv.tv_sec = 5;
  setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
  soon(SA_RESTART);
  CALL(recv(s[0], b, 1, 0)); /* With a time there is no restart. */
  while (send(s[0], b, 4096, MSG_DONTWAIT) > 0) {
  }
  soon(0);
  CALL(send(s[0], b, 1, 0));
  child = start(reads);
  CALL(send(s[0], b, 1, 0));
  waitpid(child, NULL, 0);
  return 0;
}

/* accept4(2): flags, errors, what the new socket has from the one that listens. */
#include "inet.h"

static int l;
static void later(void) {
  sleep_ms(30);
  int c = socket(AF_INET, SOCK_STREAM, 0);
  CONNECT(c, "127.0.0.1", 6200);
  sleep_ms(30);
}

static void handler(int signo) { (void)signo; }

static int connected(void) {
  int c = socket(AF_INET, SOCK_STREAM, 0);
  CONNECT(c, "127.0.0.1", 6200);
  return c;
}

int main(void) {
  fresh();
  int s = socket(AF_INET, SOCK_STREAM, 0);
  CALL(accept(s, NULL, NULL));
  CALL(accept(0, NULL, NULL));
  CALL(accept(NO_FD, NULL, NULL));
  CALL(listen(s, -1));
  CALL(listen(s, 5));
  CALL(listen(s, 0));
  show_names("listens", s);
  int u = socket(AF_INET, SOCK_DGRAM, 0);
  CALL(listen(u, 5));
  CALL(accept(u, NULL, NULL));
  l = listener("127.0.0.1", 6200);
  CALL(accept4(l, NULL, NULL, 1));
  CALL(accept4(l, NULL, NULL, 1 << 20));
  show_poll("nobody", l);
  char b[10];
  CALL(read(l, b, 1));
  CALL(write(l, b, 1));
  pid_t child = start(later);
  struct sockaddr_in a;
  socklen_t n = sizeof a;
  int e = accept4(l, (void *)&a, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
  show_address("from", &a, n);
  CALL((fcntl(e, F_GETFL) & O_NONBLOCK) != 0);
  CALL(fcntl(e, F_GETFD));
  waitpid(child, NULL, 0);
  close(e);

  int c = connected();
  show_poll("somebody", l);
  n = 4;
  memset(&a, 0, sizeof a);
  e = accept(l, (void *)&a, &n);
  printf("%d %d %d\n", a.sin_family, a.sin_addr.s_addr, n);
  close(c);
  close(e);
  c = connected();
  CALL(accept(l, BAD, &n));
  fcntl(l, F_SETFL, O_NONBLOCK);
  CALL(accept(l, NULL, NULL)); /* It has gone with the descriptor. */
  c = connected();
  n = -1;
  CALL(accept(l, (void *)&a, &n));
  c = connected();
  CALL(accept(l, (void *)&a, NULL));
  /* What is inherited. */
  set_int(l, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_int(l, SOL_SOCKET, SO_RCVBUF, 20000);
  set_int(l, IPPROTO_TCP, TCP_NODELAY, 1);
  set_int(l, IPPROTO_TCP, TCP_KEEPIDLE, 77);
  set_int(l, IPPROTO_IP, IP_TTL, 33);
  set_int(l, SOL_SOCKET, SO_OOBINLINE, 1);
  c = connected();
  e = accept(l, NULL, NULL);
  CALL(get_int(e, SOL_SOCKET, SO_KEEPALIVE));
  CALL(get_int(e, SOL_SOCKET, SO_RCVBUF));
  CALL(get_int(e, SOL_SOCKET, SO_REUSEADDR));
  CALL(get_int(e, SOL_SOCKET, SO_ACCEPTCONN));
  CALL(get_int(l, SOL_SOCKET, SO_ACCEPTCONN));
  CALL(get_int(e, SOL_SOCKET, SO_OOBINLINE));
  CALL(get_int(e, IPPROTO_TCP, TCP_NODELAY));
  CALL(get_int(e, IPPROTO_TCP, TCP_KEEPIDLE));
  CALL(get_int(e, IPPROTO_IP, IP_TTL));
  CALL((fcntl(e, F_GETFL) & O_NONBLOCK) != 0);
  /* One that is gone before it is accepted, and one that was reset. */
  c = connected();
  write(c, "abc", 3);
  close(c);
  n = sizeof a;
  e = accept(l, (void *)&a, &n);
  show_address("gone", &a, n);
  CALL(read(e, b, 10));
  CALL(read(e, b, 10));
  c = connected();
  struct linger hard = {1, 0};
  setsockopt(c, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close(c);
  n = sizeof a;
  e = accept(l, (void *)&a, &n);
  show_address("reset", &a, n);
  show_names("reset", e);
  show_poll("reset", e);
  CALL(read(e, b, 10));
  CALL(read(e, b, 10));
  /* Interrupted. */
  fcntl(l, F_SETFL, 0);
  on_signal(SIGALRM, handler, 0);
  struct itimerval_ { struct timeval i, v; } it = {{0, 0}, {0, 20000}};
  syscall(SYS_setitimer, 0, &it, NULL);
  CALL(accept(l, NULL, NULL));
  struct timeval tv = {0, 20000};
  setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
  CALL(accept(l, NULL, NULL));
  /* Shut: nobody waits any more. */
  CALL(shutdown(l, SHUT_WR));
  CALL(tcp_state(l));
  c = connected();
  CALL(shutdown(l, SHUT_RD));
  CALL(tcp_state(l));
  CALL(accept(l, NULL, NULL));
  CALL(read(c, b, 1));
  CALL(listen(l, 3));
  show_names("again", l);
  return 0;
}

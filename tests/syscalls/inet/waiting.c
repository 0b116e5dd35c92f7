/* Who waits, and what wakes them: data, an end, a reset, a signal, a shutdown by a sharer. */
#include "inet.h"

static int s[2], l;
static char b[100];
static void handler(int signo) { (void)signo; }

static void send_later(void) {
  sleep_ms(30);
  write(s[1], "late", 4);
  sleep_ms(30);
}
static void shut_later(void) {
  sleep_ms(30);
  shutdown(s[1], SHUT_WR);
  sleep_ms(30);
}
static void reset_later(void) {
  struct linger hard = {1, 0};
  setsockopt(s[1], SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  sleep_ms(30);
  close(s[1]);
}
static void shut_own_later(void) {
  sleep_ms(30);
  shutdown(s[0], SHUT_RD);
  sleep_ms(30);
}
static void signal_later(void) {
  sleep_ms(30);
  kill(getppid(), SIGUSR1);
  sleep_ms(30);
}
static void connect_later(void) {
  sleep_ms(30);
  int c = socket(AF_INET, SOCK_STREAM, 0);
  CONNECT(c, "127.0.0.1", 8600);
  sleep_ms(30);
}
static void shut_listener_later(void) {
  sleep_ms(30);
  shutdown(l, SHUT_RDWR);
}

static pid_t begin(const char *what, void (*body)(void)) {
  printf("-- %s\n", what);
  return start(body);
}

static void with_pair(const char *what, void (*body)(void), int keep) {
  tcp_pair(s);
  pid_t child = begin(what, body);
  if (!keep) close(s[1]);
  CALL(recv(s[0], b, 10, 0));
  show_poll("then", s[0]);
  waitpid(child, NULL, 0);
  close(s[0]);
  if (keep) close(s[1]);
}

static void wait_poll(const char *what, void (*body)(void)) {
  tcp_pair(s);
  pid_t child = begin(what, body);
  close(s[1]);
  struct pollfd p = {s[0], POLLIN | POLLRDHUP, 0};
  CALL(poll(&p, 1, 5000));
  CALL(p.revents);
  waitpid(child, NULL, 0);
  close(s[0]);
}

int main(void) {
  fresh();
  on_signal(SIGUSR1, handler, 0);
  with_pair("data", send_later, 0);
  with_pair("an end", shut_later, 0);
  with_pair("a reset", reset_later, 0);
  with_pair("shut by a sharer", shut_own_later, 1);
  with_pair("a signal", signal_later, 1);
  wait_poll("poll: data", send_later);
  wait_poll("poll: an end", shut_later);
  wait_poll("poll: a reset", reset_later);
  l = listener("127.0.0.1", 8600);
  pid_t child = begin("accept", connect_later);
  CALL(accept(l, NULL, NULL) >= 0);
  waitpid(child, NULL, 0);
  child = begin("accept: a signal", signal_later);
  CALL(accept(l, NULL, NULL));
  waitpid(child, NULL, 0);
  child = begin("accept: shut by a sharer", shut_listener_later);
  CALL(accept(l, NULL, NULL));
  waitpid(child, NULL, 0);
  int u = socket(AF_INET, SOCK_DGRAM, 0);
  BIND(u, "127.0.0.1", 8601);
  child = begin("datagram: a signal", signal_later);
  CALL(recv(u, b, 10, 0));
  waitpid(child, NULL, 0);
  return 0;
}

/* The end of a connection: halves, FIN and RST, and the states on the way. */
#include "inet.h"

static int s[2];
static char b[100];

static void states(const char *what) {
  sleep_ms(60); /* The word that a FIN has come may be late. */
  printf("%s: states %d %d\n", what, tcp_state(s[0]), tcp_state(s[1]));
  show_poll("  0", s[0]);
  show_poll("  1", s[1]);
}

static void begin(const char *what) {
  printf("-- %s\n", what);
  tcp_pair(s);
}

static void finish(void) {
  close(s[0]);
  close(s[1]);
}

int main(void) {
  fresh();
  begin("one side after the other");
  states("new");
  write(s[1], "abc", 3);
  CALL(shutdown(s[0], SHUT_WR));
  states("0 shut for writing");
  CALL(write(s[0], b, 1));
  CALL(write(s[1], "def", 3));
  CALL(read(s[1], b, 1));
  CALL(read(s[0], b, 100));
  CALL(shutdown(s[1], SHUT_WR));
  states("both");
  CALL(read(s[0], b, 1));
  CALL(read(s[1], b, 1));
  CALL(shutdown(s[1], SHUT_WR));
  CALL(write(s[1], b, 1));
  SHOW_ERROR(s[0]);
  show_names("0", s[0]);
  show_names("1", s[1]);
  finish();

  begin("closed with nothing unread");
  write(s[0], "abc", 3);
  close(s[0]);
  show_poll("1", s[1]);
  CALL(tcp_state(s[1]));
  CALL(read(s[1], b, 2));
  CALL(read(s[1], b, 2));
  CALL(read(s[1], b, 2));
  CALL(write(s[1], b, 1));
  CALL(tcp_state(s[1]));
  show_poll("1, after the first write", s[1]);
  CALL(write(s[1], b, 1));
  CALL(write(s[1], b, 1));
  CALL(read(s[1], b, 1));
  SHOW_ERROR(s[1]);
  close(s[1]);

  begin("closed with something unread");
  write(s[1], "abc", 3);
  write(s[0], "12", 2);
  close(s[0]);
  show_poll("1", s[1]);
  CALL(tcp_state(s[1]));
  CALL(read(s[1], b, 10));
  CALL(read(s[1], b, 10));
  CALL(read(s[1], b, 10));
  CALL(write(s[1], b, 1));
  close(s[1]);

  begin("the same, write first");
  write(s[1], "abc", 3);
  close(s[0]);
  CALL(write(s[1], b, 1));
  CALL(write(s[1], b, 1));
  CALL(read(s[1], b, 10));
  close(s[1]);

  begin("linger 0");
  struct linger hard = {1, 0};
  CALL(setsockopt(s[0], SOL_SOCKET, SO_LINGER, &hard, sizeof hard));
  close(s[0]);
  show_poll("1", s[1]);
  SHOW_ERROR(s[1]);
  show_poll("1", s[1]);
  CALL(read(s[1], b, 10));
  CALL(write(s[1], b, 1));
  close(s[1]);

  begin("linger 0 after the other has shut");
  CALL(setsockopt(s[0], SOL_SOCKET, SO_LINGER, &hard, sizeof hard));
  shutdown(s[0], SHUT_WR);
  close(s[0]);
  SHOW_ERROR(s[1]);
  CALL(read(s[1], b, 10));
  close(s[1]);

  begin("shut for reading");
  CALL(shutdown(s[0], SHUT_RD));
  states("0 shut for reading");
  CALL(read(s[0], b, 10));
  CALL(write(s[1], "abc", 3));
  show_poll("0", s[0]);
  CALL(read(s[0], b, 10));
  CALL(read(s[0], b, 10));
  CALL(write(s[0], "abc", 3));
  CALL(read(s[1], b, 10));
  finish();

  begin("shut for both, then data");
  CALL(shutdown(s[0], SHUT_RDWR));
  states("0 shut");
  CALL(write(s[1], "abc", 3));
  states("after data");
  CALL(read(s[0], b, 10));
  CALL(write(s[1], "abc", 3));
  CALL(read(s[1], b, 10));
  finish();

  begin("both close at once");
  shutdown(s[0], SHUT_WR);
  shutdown(s[1], SHUT_WR);
  states("both shut");
  finish();

  begin("a child holds it open");
  if (fork() == 0) {
    close(s[1]);
    sleep_ms(40);
    write(s[0], "late", 4);
    _exit(0);
  }
  close(s[0]);
  CALL(read(s[1], b, 10));
  CALL(read(s[1], b, 10));
  wait(NULL);
  close(s[1]);
  return 0;
}

/* The other end is gone: SIGPIPE, EPIPE, end of file, and half-done writes. */
#include "../check.h"
#include <poll.h>

static int p[2];
static void told(int signo) { printf("%s\n", sigabbrev_np(signo)); }

static void drains(void) {
  char bytes[4096];
  sleep_ms(50);
  CALL(read(p[0], bytes, 4096));
  CALL(read(p[0], bytes, 4096));
  _exit(0);
}
static void dies(void) {
  close(p[0]);
  write(p[1], "x", 1);
}

int main(void) {
  static char big[200000];
  if (pipe(p)) return 1;
  run("writer", dies);
  on_signal(SIGPIPE, told, 0);
  close(p[0]);
  CALL(write(p[1], "x", 1));
  CALL(write(p[1], "x", 0));
  signal(SIGPIPE, SIG_IGN);
  CALL(write(p[1], "x", 1));
  struct pollfd poll_writer = {p[1], POLLOUT, 0};
  CALL(poll(&poll_writer, 1, 0));
  CALL(poll_writer.revents);
  close(p[1]);
  if (pipe(p)) return 1;
  pid_t reader = start(drains);
  close(p[0]);
  on_signal(SIGPIPE, told, 0);
  CALL(write(p[1], big, sizeof big) >= 65536); /* What went in before the reader left. */
  waitpid(reader, NULL, 0);
  CALL(write(p[1], big, 1));
  close(p[1]);
  if (pipe(p)) return 1;
  CALL(write(p[1], "abc", 3));
  close(p[1]);
  struct pollfd poll_reader = {p[0], POLLIN, 0};
  CALL(poll(&poll_reader, 1, 0));
  CALL(poll_reader.revents);
  CALL(read(p[0], big, 10));
  CALL(poll(&poll_reader, 1, 0));
  CALL(poll_reader.revents);
  CALL(read(p[0], big, 10));
  return 0;
}

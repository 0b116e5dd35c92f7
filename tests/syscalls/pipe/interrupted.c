/* Signals during reads, writes and opens that wait. */
#include "../check.h"

static void nothing(int signo) { (void)signo; }
static int p[2];

static void soon(int flags) {
  on_signal(SIGALRM, nothing, flags);
  ualarm(30000, 0);
}
static void writes_later(void) {
  sleep_ms(80);
  write(p[1], "later", 5);
}
static void opens_later(void) {
  sleep_ms(80);
  close(open("fifo", O_WRONLY));
}

int main(void) {
  static char big[100000];
  if (pipe(p)) return 1;
  soon(0);
  CALL(read(p[0], big, 1));
  soon(SA_RESTART);
  pid_t pid = start(writes_later);
  CALL(read(p[0], big, 10));
  waitpid(pid, NULL, 0);
  soon(0);
  CALL(write(p[1], big, sizeof big)); /* Full, but something went in. */
  soon(0);
  CALL(write(p[1], big, 1));
  soon(SA_RESTART);
  CALL(write(p[1], big, 0));
  sleep_ms(60);
  mkfifo("fifo", 0600);
  soon(0);
  CALL(open("fifo", O_RDONLY));
  soon(SA_RESTART);
  pid = start(opens_later);
  CALL(open("fifo", O_RDONLY) >= 0);
  waitpid(pid, NULL, 0);
  soon(0);
  CALL(open("fifo", O_WRONLY | O_NONBLOCK) >= 0); /* The reader above is open. */
  return 0;
}

/* A read whose buffer ends in the middle of a page of the pipe: what the result counts, and what lies behind it. */
#include "../check.h"
#include <sys/socket.h>
#include <sys/uio.h>

#define PAGE 4096

static unsigned char *place;

/* Two pages, and nothing behind them. */
static void show(const char *what) {
  int begins = -1, letter = -1;
  printf("%s:", what);
  for (int i = 0; i <= 2 * PAGE; i++) {
    int now = i < 2 * PAGE ? place[i] : -1;
    if (now == letter) continue;
    if (letter >= 0) printf(" %c %d-%d", letter, begins, i - 1);
    letter = now, begins = i;
  }
  puts("");
  memset(place, '.', 2 * PAGE);
}

static void fill(int fd) {
  static char a[PAGE + 1], b[2 * PAGE];
  memset(a, 'a', sizeof a);
  memset(b, 'b', sizeof b);
  CALL(write(fd, a, sizeof a));
  CALL(write(fd, b, sizeof b));
}

int main(void) {
  int p[2], s[2];
  if (pipe2(p, O_NONBLOCK) || socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  place = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(place + 2 * PAGE, PAGE);
  memset(place, '.', 2 * PAGE);

  fill(p[1]);
  CALL(read(p[0], place, 3 * PAGE));
  show("read");
  CALL(read(p[0], place + PAGE + 100, PAGE));
  show("read, nothing whole");
  CALL(read(p[0], place, 2 * PAGE));
  show("the rest");

  fill(p[1]);
  struct iovec over[] = {{place + 10, 2 * PAGE}, {place, 5}}, into[] = {{place, 1}, {place + PAGE, PAGE + 1}};
  CALL(readv(p[0], over, 2));
  show("readv");
  CALL(readv(p[0], into, 2));
  show("readv, nothing whole");
  struct iovec bad[] = {{place, PAGE}, {BAD, 5}};
  CALL(readv(p[0], bad, 2));
  show("readv, a bad second");

  fill(p[1]);
  struct iovec end[] = {{place + 2 * PAGE - 50, 100}};
  CALL(vmsplice(p[0], end, 1, SPLICE_F_NONBLOCK));
  show("vmsplice, nothing whole");
  CALL(vmsplice(p[0], over, 2, SPLICE_F_NONBLOCK));
  show("vmsplice");
  CALL(vmsplice(p[0], (struct iovec[]){{place, PAGE}}, 1, SPLICE_F_NONBLOCK));
  show("vmsplice, the rest");

  static char c[100];
  memset(c, 'c', sizeof c);
  CALL(write(s[1], c, sizeof c));
  CALL(read(s[0], place + 2 * PAGE - 50, 100));
  show("a stream");
  CALL(read(s[0], place, 100));
  show("a stream, all");
  return 0;
}

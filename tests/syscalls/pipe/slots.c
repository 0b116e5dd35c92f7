/* A pipe's room is counted in slots of a page: what merges, what begins a new slot. */
#include "../check.h"

static int p[2];
static char bytes[70000];

static int writes(int size) {
  int n = 0;
  while (write(p[1], bytes, size) == size) n++;
  return n;
}

static void fresh(int flags) {
  if (p[0]) close(p[0]), close(p[1]);
  if (pipe2(p, O_NONBLOCK | flags)) exit(1);
}

int main(void) {
  int sizes[] = {1, 100, 1365, 1366, 2048, 2049, 4095, 4096, 4097, 5000, 8191, 8192, 60000, 65536};
  for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    fresh(0);
    int n = writes(sizes[i]);
    printf("%d: %d writes, then %zd\n", sizes[i], n, write(p[1], bytes, sizes[i]));
  }
  fresh(0);
  CALL(write(p[1], bytes, 65536));
  CALL(read(p[0], bytes, 4095));
  CALL(write(p[1], bytes, 1));
  CALL(read(p[0], bytes, 1));
  CALL(write(p[1], bytes, 1));
  CALL(write(p[1], bytes, 4096));
  CALL(write(p[1], bytes, 4095));
  CALL(write(p[1], bytes, 1));
  /* What was read from the front of a page gives no room behind. */
  fresh(0);
  CALL(write(p[1], bytes, 4000));
  CALL(read(p[0], bytes, 3000));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 4096));
  CALL(write(p[1], bytes, 97));
  CALL(write(p[1], bytes, 96));
  CALL(write(p[1], bytes, 1));
  return 0;
}

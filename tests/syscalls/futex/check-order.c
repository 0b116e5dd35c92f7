/* futex(2): what is looked at first, and which words may be one. */
#include "futex.h"

static long call(void *word, int op, int value, void *time, void *word2, int value3) {
  return syscall(SYS_futex, word, op, value, time, word2, value3);
}

int main(void) {
  struct timespec wrong = {0, -1};
  struct timespec soon = {0, 1};
  int *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  ftruncate(fd, 4096);
  int *file = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
  int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  /* A thread that is not there. */
  *p = 5000000;

  /* A wrong time before an operation that is none. */
  CALL(call(p, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, *p, &wrong, NULL, 0));
  CALL(call(p, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, *p, BAD, NULL, 0));
  CALL(call(p, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, *p, &soon, NULL, 0));
  CALL(call(p, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, *p, &wrong, NULL, 0));
  CALL(call(p, FUTEX_TRYLOCK_PI, 0, &wrong, NULL, 0));

  /* Addresses that are none; the last bits count first. */
  CALL(call((void *)-1, FUTEX_WAKE, 1, NULL, NULL, 0));
  CALL(call((void *)-1, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
  CALL(call((void *)-8, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
  CALL(call(BAD, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
  CALL(call((void *)(1L << 46), FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
  CALL(call((void *)(1L << 46), FUTEX_WAKE, 1, NULL, NULL, 0));

  /* FUTEX_WAKE_OP writes only if it knows how; then it may still not know what to compare. */
  CALL(call(p, FUTEX_WAKE_OP, 1, NULL, p + 1, -1));
  CALL(call(p, FUTEX_WAKE_OP, 1, NULL, BAD, -1));
  CALL(call(p, FUTEX_WAKE_OP_PRIVATE, 1, NULL, BAD, -1));
  CALL(call(p, FUTEX_WAKE_OP, 1, NULL, p + 1, FUTEX_OP(FUTEX_OP_SET, 7, 15, 0)));
  CALL(p[1]);

  /* Memory that only we have and cannot be written never changes; a page of a file may. */
  mprotect(p, 4096, PROT_READ);
  CALL(call(p, FUTEX_WAKE, 1, NULL, NULL, 0));
  CALL(call(p, FUTEX_WAIT, 2, NULL, NULL, 0));
  CALL(call(p, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
  CALL(call(p, FUTEX_WAIT_PRIVATE, 2, NULL, NULL, 0));
  CALL(call(p, FUTEX_REQUEUE, 1, (void *)1, shared, 0));
  CALL(call(p, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
  CALL(call(p, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
  CALL(call(file, FUTEX_WAKE, 1, NULL, NULL, 0));
  CALL(call(file, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
  CALL(call(shared, FUTEX_WAKE_OP, 1, NULL, file, FUTEX_OP(FUTEX_OP_SET, 7, FUTEX_OP_CMP_EQ, 0)));
  mprotect(p, 4096, PROT_NONE);
  CALL(call(p, FUTEX_WAKE, 1, NULL, NULL, 0));
  CALL(call(p, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));

  /* A reader of a private mapping that nobody has written waits for the file. */
  if (fork() == 0) {
    struct timespec long_time = {20, 0};
    CALL(call(file, FUTEX_WAIT, 0, &long_time, NULL, 0));
    fflush(stdout);
    _exit(0);
  }
  while (call(shared, FUTEX_WAKE, 1, NULL, NULL, 0) == 0) sleep_ms(1);
  wait(NULL);
  return 0;
}

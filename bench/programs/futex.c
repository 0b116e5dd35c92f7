// Two threads that wake each other in turn: futex(2).
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "timing.h"

static _Atomic int turn;
static long count;

static void hand_over(int own, int other) {
  while (atomic_load(&turn) != own) syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, other, NULL, NULL, 0);
  atomic_store(&turn, other);
  syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void *other_thread(void *unused) {
  for (long i = 0; i < 2 * count; i++) hand_over(1, 0);
  return unused;
}

int main(int argc, char **argv) {
  count = rounds(argc, argv, 50000);
  pthread_t thread;
  if (pthread_create(&thread, NULL, other_thread, NULL) != 0) return 1;
  uint64_t start = 0;
  for (long i = 0; i < 2 * count; i++) {
    if (i == count) start = now_ns(); // Warm.
    hand_over(0, 1);
  }
  pthread_join(thread, NULL);
  report_u64(start, (uint64_t)atomic_load(&turn));
  return 0;
}

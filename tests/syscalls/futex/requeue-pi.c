/* FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI: from a condition to a lock. */
#include "futex.h"

static unsigned condition = 1, lock, wrong;
static int done;
static volatile pid_t tids[3];
static void *waits(void *tid) {
  *(volatile pid_t *)tid = gettid();
  long result = FUTEX(&condition, FUTEX_WAIT_REQUEUE_PI, 1, NULL, &lock);
  show_word(result ? "failed" : "woken with the lock", lock, gettid());
  done++;
  FUTEX(&lock, FUTEX_UNLOCK_PI);
  return NULL;
}
static void *times_out(void *unused) {
  struct timespec t = {0, 1};
  CALL(FUTEX(&condition, FUTEX_WAIT_REQUEUE_PI, 1, &t, &lock));
  clock_gettime(CLOCK_REALTIME, &t);
  CALL(FUTEX(&condition, FUTEX_WAIT_REQUEUE_PI | FUTEX_CLOCK_REALTIME, 1, &t, &lock));
  return unused;
}

int main(void) {
  pthread_t threads[3];
  pthread_create(&threads[0], NULL, times_out, NULL);
  pthread_join(threads[0], NULL);
  /* The lock is free: the first waiter has it at once. */
  pthread_create(&threads[0], NULL, waits, (void *)&tids[0]);
  until_asleep(&tids[0]);
  CALL(FUTEX(&condition, FUTEX_WAKE, 1));
  CALL(FUTEX(&condition, FUTEX_REQUEUE, 1, 1, &wrong));
  CALL(FUTEX(&condition, FUTEX_CMP_REQUEUE_PI, 1, 0, &wrong, 1));
  CALL(FUTEX(&condition, FUTEX_CMP_REQUEUE_PI, 1, 0, &lock, 1));
  pthread_join(threads[0], NULL);
  /* It is ours: all are moved, and get it one after another. */
  CALL(FUTEX(&lock, FUTEX_LOCK_PI, 0, NULL));
  tids[0] = 0;
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, waits, (void *)&tids[i]);
  for (int i = 0; i < 3; i++) until_asleep(&tids[i]);
  CALL(FUTEX(&condition, FUTEX_CMP_REQUEUE_PI, 1, 100, &lock, 1));
  CALL(done);
  show_word("still", lock, gettid());
  FUTEX(&lock, FUTEX_UNLOCK_PI);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  show_word("at the end", lock, gettid());
  CALL(done);
  return 0;
}

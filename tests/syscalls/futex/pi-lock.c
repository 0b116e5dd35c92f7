/* A lock with an owner, and others who want it: the word, timeouts, hand-over, deadlock. */
#include "futex.h"

static unsigned a, b;
static void *wants_a(void *unused) {
  CALL(FUTEX(&a, FUTEX_LOCK_PI, 0, NULL));
  show_word("in the thread", a, gettid());
  CALL(FUTEX(&a, FUTEX_UNLOCK_PI));
  return unused;
}
static void *takes_b_wants_a(void *unused) {
  FUTEX(&b, FUTEX_LOCK_PI, 0, NULL);
  long result = FUTEX(&a, FUTEX_LOCK_PI, 0, NULL);
  sleep_ms(30);
  printf("a for the other: %ld\n", result);
  CALL(FUTEX(&a, FUTEX_UNLOCK_PI));
  CALL(FUTEX(&b, FUTEX_UNLOCK_PI));
  return unused;
}
static void *times_out(void *unused) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  CALL(FUTEX(&a, FUTEX_LOCK_PI, 0, &t));
  clock_gettime(CLOCK_MONOTONIC, &t);
  CALL(FUTEX(&a, FUTEX_LOCK_PI2, 0, &t));
  CALL(FUTEX(&a, FUTEX_TRYLOCK_PI));
  CALL(FUTEX(&a, FUTEX_UNLOCK_PI));
  show_word("not the thread's", a, gettid());
  return unused;
}

int main(void) {
  pthread_t thread;
  pid_t me = gettid();
  CALL(FUTEX(&a, FUTEX_LOCK_PI, 0, NULL));
  pthread_create(&thread, NULL, times_out, NULL);
  pthread_join(thread, NULL);
  show_word("after timeouts", a, me);
  CALL(FUTEX(&a, FUTEX_UNLOCK_PI));
  show_word("unlocked", a, me);
  CALL(FUTEX(&a, FUTEX_LOCK_PI, 0, NULL));
  pthread_create(&thread, NULL, wants_a, NULL);
  sleep_ms(50);
  show_word("somebody waits", a, me);
  CALL(FUTEX(&a, FUTEX_WAKE, 1));
  CALL(FUTEX(&a, FUTEX_REQUEUE, 1, 1, &b));
  FUTEX(&a, FUTEX_UNLOCK_PI);
  pthread_join(thread, NULL);
  show_word("nobody waits", a, me);
  CALL(FUTEX(&a, FUTEX_LOCK_PI, 0, NULL));
  pthread_create(&thread, NULL, takes_b_wants_a, NULL);
  sleep_ms(50);
  CALL(FUTEX(&b, FUTEX_LOCK_PI, 0, NULL)); /* A circle. */
  CALL(FUTEX(&a, FUTEX_UNLOCK_PI));
  pthread_join(thread, NULL);
  show_word("a", a, me);
  show_word("b", b, me);
  return 0;
}

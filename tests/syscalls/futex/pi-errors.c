/* Locks with an owner: what is refused, and what the word says. */
#include "futex.h"

int main(void) {
  static unsigned w, other;
  pid_t me = gettid();
  struct timespec past = {1, 0}, bad = {0, -1};
  CALL(FUTEX(&w, FUTEX_UNLOCK_PI));
  CALL(FUTEX(&w, FUTEX_LOCK_PI, 0, NULL));
  show_word("locked", w, me);
  CALL(FUTEX(&w, FUTEX_LOCK_PI, 0, NULL));
  CALL(FUTEX(&w, FUTEX_TRYLOCK_PI));
  CALL(FUTEX(&w, FUTEX_UNLOCK_PI));
  show_word("unlocked", w, me);
  CALL(FUTEX(&w, FUTEX_TRYLOCK_PI));
  CALL(FUTEX(&w, FUTEX_UNLOCK_PI));
  w = NO_PID;
  CALL(FUTEX(&w, FUTEX_LOCK_PI, 0, NULL));
  show_word("a thread that is not there", w, me);
  CALL(FUTEX(&w, FUTEX_UNLOCK_PI));
  w = FUTEX_OWNER_DIED;
  CALL(FUTEX(&w, FUTEX_LOCK_PI, 0, NULL));
  show_word("after a death", w, me);
  CALL(FUTEX(&w, FUTEX_UNLOCK_PI));
  show_word("unlocked", w, me);
  w = FUTEX_WAITERS;
  CALL(FUTEX(&w, FUTEX_LOCK_PI, 0, NULL));
  show_word("waiters bit alone", w, me);
  w = getppid();
  CALL(FUTEX(&w, FUTEX_TRYLOCK_PI));
  show_word("the parent's", w, me);
  w = 0;
  CALL(FUTEX((char *)&w + 1, FUTEX_LOCK_PI, 0, NULL));
  CALL(FUTEX((char *)&w + 1, FUTEX_UNLOCK_PI));
  CALL(FUTEX(BAD, FUTEX_LOCK_PI, 0, NULL));
  CALL(FUTEX(BAD, FUTEX_UNLOCK_PI));
  CALL(FUTEX(&w, FUTEX_LOCK_PI, 0, &bad));
  CALL(FUTEX(&w, FUTEX_LOCK_PI, 0, BAD));
  CALL(FUTEX(&w, FUTEX_LOCK_PI, 0, &past)); /* Free: time does not matter. */
  w = 0;
  CALL(FUTEX(&w, FUTEX_LOCK_PI | FUTEX_CLOCK_REALTIME, 0, NULL));
  CALL(FUTEX(&w, FUTEX_LOCK_PI2 | FUTEX_CLOCK_REALTIME, 0, NULL));
  CALL(FUTEX(&w, FUTEX_WAIT_REQUEUE_PI, 5, NULL, &w));
  CALL(FUTEX(&w, FUTEX_WAIT_REQUEUE_PI, 5, NULL, &other));
  CALL(FUTEX(&w, FUTEX_CMP_REQUEUE_PI, 1, 0, &w, w));
  CALL(FUTEX(&w, FUTEX_CMP_REQUEUE_PI, 2, 0, &other, w));
  CALL(FUTEX(&w, FUTEX_CMP_REQUEUE_PI, 1, 0, &other, w + 1));
  CALL(FUTEX(&w, FUTEX_CMP_REQUEUE_PI, 1, 0, &other, w));
  CALL(FUTEX(&w, FUTEX_CMP_REQUEUE_PI, 1, -1L, &other, w));
  return 0;
}

/* The owner of a lock dies: who waits gets it, with FUTEX_OWNER_DIED. */
#include "futex.h"

static unsigned *w;
static void dies(void) {
  FUTEX(w, FUTEX_LOCK_PI, 0, NULL);
  sleep_ms(80);
}
static void *thread_dies(void *unused) {
  FUTEX(w, FUTEX_LOCK_PI, 0, NULL);
  sleep_ms(80);
  return unused;
}

int main(void) {
  pthread_t thread;
  pid_t me = gettid();
  w = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t child = start(dies);
  sleep_ms(30);
  CALL(FUTEX(w, FUTEX_LOCK_PI, 0, NULL));
  show_word("the process died", *w, me);
  waitpid(child, NULL, 0);
  CALL(FUTEX(w, FUTEX_UNLOCK_PI));
  show_word("unlocked", *w, me);
  pthread_create(&thread, NULL, thread_dies, NULL);
  sleep_ms(30);
  CALL(FUTEX(w, FUTEX_LOCK_PI, 0, NULL));
  show_word("the thread died", *w, me);
  pthread_join(thread, NULL);
  CALL(FUTEX(w, FUTEX_UNLOCK_PI));
  /* Nobody waited: the word stays, and the lock is lost. */
  child = start(dies);
  waitpid(child, NULL, 0);
  show_word("nobody waited", *w, me);
  CALL(FUTEX(w, FUTEX_LOCK_PI, 0, NULL));
  return 0;
}

/* futex_waitv(2), futex_wait(2), futex_wake(2), futex_requeue(2). */
#include "futex.h"

#define U32 2
static unsigned w[4];
static void *wakes(void *arg) {
  sleep_ms(40);
  long n = futex_wake(&w[(long)arg], 0xffffffffL, 1, U32 | FUTEX_PRIVATE_FLAG);
  sleep_ms(20);
  printf("woke %ld\n", n);
  return NULL;
}
static struct futex_waitv v[4];
static void set(void) {
  for (int i = 0; i < 4; i++) v[i] = (struct futex_waitv){w[i], (uintptr_t)&w[i], U32 | FUTEX_PRIVATE_FLAG, 0};
}
static void *waits(void *unused) {
  CALL(futex_wait(w, 0L, 1L, U32, NULL, 0));
  return unused;
}

int main(void) {
  pthread_t thread;
  struct timespec past = {1, 0}, bad = {0, -1};
  set();
  CALL(futex_waitv(v, 0, 0, NULL, 0));
  CALL(futex_waitv(v, 129, 0, NULL, 0));
  CALL(futex_waitv(NULL, 1, 0, NULL, 0));
  CALL(futex_waitv(BAD, 1, 0, NULL, 0));
  CALL(futex_waitv(v, 1, 1, NULL, 0));
  CALL(futex_waitv(v, 1, 0, &past, 77));
  CALL(futex_waitv(v, 1, 0, &bad, CLOCK_MONOTONIC));
  CALL(futex_waitv(v, 4, 0, &past, CLOCK_MONOTONIC));
  CALL(futex_waitv(v, 4, 0, &past, CLOCK_REALTIME));
  v[2].val = 9;
  CALL(futex_waitv(v, 4, 0, NULL, 0));
  set();
  v[1].flags = 0;
  CALL(futex_waitv(v, 4, 0, NULL, 0));
  set();
  v[1].__reserved = 1;
  CALL(futex_waitv(v, 4, 0, NULL, 0));
  set();
  v[3].uaddr = 8;
  CALL(futex_waitv(v, 4, 0, NULL, 0));
  v[3].uaddr = (uintptr_t)&w[3] + 1;
  CALL(futex_waitv(v, 4, 0, NULL, 0));
  set();
  pthread_create(&thread, NULL, wakes, (void *)2);
  CALL(futex_waitv(v, 4, 0, NULL, 0));
  pthread_join(thread, NULL);
  CALL(futex_wait(w, 1L, 1L, U32, NULL, 0));
  CALL(futex_wait(w, 0L, 0L, U32, NULL, 0));
  CALL(futex_wait(w, 0L, 1L, 0, NULL, 0));
  CALL(futex_wait(w, 1L << 32, 1L, U32, NULL, 0));
  CALL(futex_wait(w, 0L, 1L, U32, &past, CLOCK_MONOTONIC));
  CALL(futex_wait(w, 0L, 1L, U32, &past, 7));
  CALL(futex_wait(BAD, 0L, 1L, U32, NULL, 0));
  CALL(futex_wake(w, 1L, 0, U32));
  CALL(futex_wake(w, 0L, 1, U32));
  CALL(futex_wake(w, 1L, 1, 0));
  CALL(futex_wake(BAD, 1L, 1, U32));
  pthread_create(&thread, NULL, waits, NULL);
  sleep_ms(40);
  CALL(futex_wake(w, 2L, 1, U32));
  v[0] = (struct futex_waitv){0, (uintptr_t)&w[0], U32, 0};
  v[1] = (struct futex_waitv){0, (uintptr_t)&w[1], U32, 0};
  CALL(futex_requeue(v, 1, 0, 1));
  CALL(futex_requeue(NULL, 0, 0, 1));
  v[0].val = 5;
  CALL(futex_requeue(v, 0, 0, 1));
  v[0].val = 0;
  CALL(futex_requeue(v, 0, 0, 1));
  CALL(futex_wake(w, 1L, 1, U32));
  long n = futex_wake(&w[1], 1L, 1, U32);
  pthread_join(thread, NULL);
  CALL(n);
  return 0;
}

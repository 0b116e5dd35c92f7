/* Who is woken, and in which order: bit sets, requeueing. */
#include "futex.h"

static int w, other, order[4], n;
static void *waits(void *arg) {
  int i = (int)(long)arg;
  FUTEX(&w, FUTEX_WAIT_BITSET, 0, NULL, NULL, 1 << i);
  order[__atomic_fetch_add(&n, 1, __ATOMIC_SEQ_CST)] = i;
  return NULL;
}
static void begin(pthread_t *threads) {
  n = 0;
  for (long i = 0; i < 4; i++) {
    pthread_create(&threads[i], NULL, waits, (void *)i);
    sleep_ms(20);
  }
}
static void settle(int count) {
  for (int i = 0; i < 100 && n < count; i++) sleep_ms(5);
  for (int i = 0; i < n; i++) printf("%d ", order[i]);
  puts("");
}

int main(void) {
  pthread_t threads[4];
  begin(threads);
  CALL(FUTEX(&w, FUTEX_WAKE_BITSET, 10, NULL, NULL, 4));
  settle(1);
  CALL(FUTEX(&w, FUTEX_WAKE_BITSET, 1, NULL, NULL, 10));
  settle(2);
  CALL(FUTEX(&w, FUTEX_WAKE_BITSET, 10, NULL, NULL, 16));
  CALL(FUTEX(&w, FUTEX_WAKE, 1));
  settle(3);
  CALL(FUTEX(&w, FUTEX_WAKE, 10));
  settle(4);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  begin(threads);
  CALL(FUTEX(&w, FUTEX_CMP_REQUEUE, 1, 2L, &other, 0));
  settle(1);
  CALL(FUTEX(&w, FUTEX_WAKE, 10));
  settle(2);
  CALL(FUTEX(&other, FUTEX_REQUEUE, 0, 1L, &w));
  CALL(FUTEX(&other, FUTEX_WAKE, 10));
  settle(3);
  CALL(FUTEX(&w, FUTEX_REQUEUE, 5, 5L, &w));
  settle(4);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  return 0;
}

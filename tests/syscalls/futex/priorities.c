/* Real-time tasks are woken before others, higher priorities first. */
#include "futex.h"
#include <sched.h>

static int w, order[4], n;
static void *waits(void *arg) {
  int priority = (int)(long)arg;
  struct sched_param param = {priority};
  if (priority && pthread_setschedparam(pthread_self(), SCHED_FIFO, &param)) puts("no rights");
  FUTEX(&w, FUTEX_WAIT, 0, NULL);
  order[__atomic_fetch_add(&n, 1, __ATOMIC_SEQ_CST)] = priority;
  return NULL;
}

int main(void) {
  pthread_t threads[4];
  long priorities[] = {0, 3, 9, 1};
  for (int i = 0; i < 4; i++) {
    pthread_create(&threads[i], NULL, waits, (void *)priorities[i]);
    sleep_ms(20);
  }
  for (int i = 0; i < 4; i++) {
    CALL(FUTEX(&w, FUTEX_WAKE, 1));
    for (int k = 0; k < 100 && n <= i; k++) sleep_ms(5);
    CALL(order[i]);
  }
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  return 0;
}

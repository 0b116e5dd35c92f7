/* The C library's mutexes: priority inheritance, robust, error checking, of several processes. */
#include "futex.h"

static struct shared {
  pthread_mutex_t pi, robust, robust_pi, check;
  pthread_cond_t condition;
  pthread_barrier_t barrier;
  int ready, count;
} *s;

static void init(pthread_mutex_t *mutex, int protocol, int robust, int type) {
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setprotocol(&attr, protocol);
  pthread_mutexattr_setrobust(&attr, robust);
  pthread_mutexattr_settype(&attr, type);
  pthread_mutex_init(mutex, &attr);
}
static void dies_with_locks(void) {
  CALL(pthread_mutex_lock(&s->robust));
  CALL(pthread_mutex_lock(&s->robust_pi));
}
static void counts(void) {
  for (int i = 0; i < 300; i++) {
    pthread_mutex_lock(&s->pi);
    int n = s->count;
    if (i % 50 == 0) sched_yield();
    s->count = n + 1;
    pthread_mutex_unlock(&s->pi);
  }
}
static void signals(void) {
  sleep_ms(30);
  pthread_mutex_lock(&s->pi);
  s->ready = 1;
  pthread_cond_broadcast(&s->condition);
  pthread_mutex_unlock(&s->pi);
  int last = pthread_barrier_wait(&s->barrier);
  (void)last;
}

int main(void) {
  s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  init(&s->pi, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED, PTHREAD_MUTEX_NORMAL);
  init(&s->robust, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_ROBUST, PTHREAD_MUTEX_NORMAL);
  init(&s->robust_pi, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_ROBUST, PTHREAD_MUTEX_NORMAL);
  init(&s->check, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED, PTHREAD_MUTEX_ERRORCHECK);
  run("dies", dies_with_locks);
  CALL(pthread_mutex_lock(&s->robust) == EOWNERDEAD);
  CALL(pthread_mutex_lock(&s->robust_pi) == EOWNERDEAD);
  CALL(pthread_mutex_consistent(&s->robust));
  CALL(pthread_mutex_unlock(&s->robust));
  CALL(pthread_mutex_unlock(&s->robust_pi)); /* Not made consistent: lost. */
  CALL(pthread_mutex_lock(&s->robust));
  CALL(pthread_mutex_unlock(&s->robust));
  CALL(pthread_mutex_lock(&s->robust_pi) == ENOTRECOVERABLE);
  CALL(pthread_mutex_lock(&s->check));
  CALL(pthread_mutex_lock(&s->check) == EDEADLK);
  CALL(pthread_mutex_unlock(&s->check));
  CALL(pthread_mutex_unlock(&s->check) == EPERM);
  pid_t a = start(counts), b = start(counts);
  counts();
  waitpid(a, NULL, 0);
  waitpid(b, NULL, 0);
  CALL(s->count);
  pthread_condattr_t cond;
  pthread_condattr_init(&cond);
  pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&s->condition, &cond);
  pthread_barrierattr_t barrier;
  pthread_barrierattr_init(&barrier);
  pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&s->barrier, &barrier, 2);
  a = start(signals);
  pthread_mutex_lock(&s->pi);
  while (!s->ready) pthread_cond_wait(&s->condition, &s->pi);
  CALL(pthread_mutex_unlock(&s->pi));
  pthread_barrier_wait(&s->barrier);
  waitpid(a, NULL, 0);
  puts("met");
  return 0;
}

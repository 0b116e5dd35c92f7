// POSIX threads: mutex, condition variable, barrier, thread-local storage, cancellation, join.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 2000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static long under_mutex;
static atomic_long atomic;
static int turn;
static __thread long own;

static void *work(void *arg) {
  long id = (long)arg;
  pthread_barrier_wait(&barrier);
  for (int i = 0; i < ROUNDS; i++) {
    pthread_mutex_lock(&mutex);
    under_mutex++;
    pthread_mutex_unlock(&mutex);
    atomic++;
    own++;
  }
  pthread_mutex_lock(&mutex);
  while (turn != id) pthread_cond_wait(&turn_changed, &mutex);
  printf("thread %ld: own %ld\n", id, own);
  turn++;
  pthread_cond_broadcast(&turn_changed);
  pthread_mutex_unlock(&mutex);
  return (void *)(id * id);
}

static void *sleeper(void *arg) {
  for (;;) pause();
  return arg;
}

int main(void) {
  pthread_t threads[THREADS];
  pthread_barrier_init(&barrier, NULL, THREADS);
  for (long i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)i);
  long sum = 0;
  for (int i = 0; i < THREADS; i++) {
    void *result;
    pthread_join(threads[i], &result);
    sum += (long)result;
  }
  printf("sum %ld mutex %ld atomic %ld\n", sum, under_mutex, (long)atomic);

  pthread_t cancelled;
  void *result;
  pthread_create(&cancelled, NULL, sleeper, NULL);
  pthread_cancel(cancelled);
  pthread_join(cancelled, &result);
  printf("cancelled %d\n", result == PTHREAD_CANCELED);
  return 0;
}

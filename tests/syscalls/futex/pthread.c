/* Mutexes, condition variables, barriers, read-write locks, thread-specific data. */
#include "../check.h"
#include <pthread.h>
#include <semaphore.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static int sum, serial;

static void *work(void *arg) {
  for (int i = 0; i < 1000; i++) {
    pthread_mutex_lock(&mutex);
    sum++;
    pthread_mutex_unlock(&mutex);
  }
  if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
    pthread_mutex_lock(&mutex);
    serial++;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&mutex);
  }
  return arg;
}

int main(void) {
  pthread_t threads[4];
  pthread_barrier_init(&barrier, NULL, 4);
  for (long i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, (void *)i);
  pthread_mutex_lock(&mutex);
  while (serial == 0) pthread_cond_wait(&cond, &mutex);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < 4; i++) {
    void *result;
    pthread_join(threads[i], &result);
    printf("thread %ld\n", (long)result);
  }
  printf("sum %d serial %d\n", sum, serial);
  struct timespec past = {1, 0};
  pthread_mutex_lock(&mutex);
  printf("timed wait %s\n", strerrorname_np(pthread_cond_timedwait(&cond, &mutex, &past)));
  printf("trylock %s\n", strerrorname_np(pthread_mutex_trylock(&mutex)));
  sem_t *semaphore = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  sem_init(semaphore, 1, 0);
  CALL(sem_trywait(semaphore));
  if (fork() == 0) {
    sleep_ms(10);
    sem_post(semaphore);
    _exit(0);
  }
  CALL(sem_wait(semaphore));
  return 0;
}

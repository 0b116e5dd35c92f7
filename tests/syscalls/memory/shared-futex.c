/* Locks and semaphores in shared memory: of a file mapped at two addresses, in two processes. */
#include "../check.h"
#include <pthread.h>
#include <semaphore.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

struct shared {
  pthread_mutex_t mutex;
  sem_t ping, pong;
  int count;
};

int main(void) {
  int fd = memfd_create("x", 0);
  CALL(ftruncate(fd, P));
  struct shared *a = mmap(NULL, P, RW, MAP_SHARED, fd, 0), *b = mmap(NULL, P, RW, MAP_SHARED, fd, 0);
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&a->mutex, &attr);
  sem_init(&a->ping, 1, 0);
  sem_init(&a->pong, 1, 0);
  if (fork() == 0) {
    for (int i = 0; i < 100; i++) {
      sem_wait(&b->ping);
      pthread_mutex_lock(&b->mutex);
      a->count++;
      pthread_mutex_unlock(&a->mutex);
      sem_post(&a->pong);
    }
    _exit(0);
  }
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&a->mutex);
    b->count++;
    pthread_mutex_unlock(&b->mutex);
    sem_post(&a->ping);
    sem_wait(&b->pong);
  }
  wait(NULL);
  printf("%d %d\n", a->count, b->count);
  for (int child = 0; child < 4; child++)
    if (fork() == 0) {
      for (int i = 0; i < 500; i++) {
        pthread_mutex_lock(&b->mutex);
        b->count++;
        pthread_mutex_unlock(&b->mutex);
      }
      _exit(0);
    }
  while (wait(NULL) > 0) {
  }
  printf("%d\n", a->count);
  return 0;
}

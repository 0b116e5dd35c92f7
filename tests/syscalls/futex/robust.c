/* A robust mutex in shared memory outlives its dead owner. */
#include "../check.h"
#include <pthread.h>

static pthread_mutex_t *mutex;
static void dies(void) {
  pthread_mutex_lock(mutex);
  _exit(0);
}

int main(void) {
  mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(mutex, &attr);
  run("owner", dies);
  printf("%s\n", strerrorname_np(pthread_mutex_lock(mutex)));
  printf("%d\n", pthread_mutex_consistent(mutex));
  printf("%d\n", pthread_mutex_unlock(mutex));
  run("owner", dies);
  printf("%s\n", strerrorname_np(pthread_mutex_lock(mutex)));
  pthread_mutex_unlock(mutex); /* Not made consistent. */
  printf("%s\n", strerrorname_np(pthread_mutex_lock(mutex)));
  return 0;
}

/* The system calls change one thread's ids, the C library's functions all threads'. */
#include "../check.h"
#include <pthread.h>
static volatile int step;
static void *thread(void *arg) {
  while (step == 0) sleep_ms(1);
  printf("thread: %d %d\n", (int)syscall(SYS_geteuid), (int)syscall(SYS_getegid));
  step = 2;
  while (step == 2) sleep_ms(1);
  printf("thread: %d %d\n", (int)syscall(SYS_geteuid), (int)syscall(SYS_getegid));
  return arg;
}
int main(void) {
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  CALL(syscall(SYS_setresgid, 7, 7, 7));
  CALL(syscall(SYS_setresuid, -1, 7, -1));
  step = 1;
  while (step != 2) sleep_ms(1);
  CALL(syscall(SYS_setresuid, -1, 0, -1));
  CALL(setresgid(8, 8, 8));
  CALL(setresuid(8, 8, 8));
  step = 3;
  pthread_join(t, NULL);
  return 0;
}

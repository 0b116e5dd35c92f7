/* __WNOTHREAD: a thread's own children only; without it, those of all threads. Which thread was the parent of whom. */
#include "../check.h"
#include <pthread.h>
static pid_t mains;
static int ends[2];
static void *thread(void *arg) {
  int status;
  CALL(waitpid(mains, &status, __WNOTHREAD | WNOHANG));
  CALL(waitpid(-1, &status, __WNOTHREAD));
  pid_t own = fork();
  if (own == 0) _exit(8);
  CALL(waitpid(-1, &status, __WNOTHREAD) == own);
  show_status("own", status);
  CALL(waitpid(mains, &status, 0) == mains);
  show_status("main's", status);
  if (fork() == 0) { /* Left to the other threads. */
    char c;
    if (read(ends[0], &c, 1) < 0) _exit(1);
    _exit(9);
  }
  return arg;
}
int main(void) {
  if (pipe(ends)) return 1;
  mains = fork();
  if (mains == 0) _exit(7);
  sleep_ms(20);
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  pthread_join(t, NULL);
  sleep_ms(20);
  int status;
  CALL(waitpid(-1, &status, __WNOTHREAD | WNOHANG));
  if (write(ends[1], "x", 1) != 1) return 1;
  CALL(waitpid(-1, &status, __WNOTHREAD) > 0);
  show_status("inherited", status);
  return 0;
}

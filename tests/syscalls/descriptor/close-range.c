/* close_range(2). */
#include "../files.h"
#include <linux/close_range.h>
#include <sched.h>
#include <pthread.h>

static void have(const char *what) {
  printf("%s:", what);
  for (int fd = 3; fd < 40; fd++)
    if (fcntl(fd, F_GETFD) >= 0) printf(" %d%s", fd, fcntl(fd, F_GETFD) ? "c" : "");
  printf("\n");
}

static void *unshares(void *arg) {
  (void)arg;
  CALL(close_range(10, 12, CLOSE_RANGE_UNSHARE));
  have("thread");
  return NULL;
}

int main(void) {
  close_range(3, ~0U, 0);
  for (int fd = 3; fd < 20; fd++) dup2(0, fd);
  CALL(close_range(5, 6, 0));
  have("two closed");
  CALL(close_range(8, 9, CLOSE_RANGE_CLOEXEC));
  have("two marked");
  CALL(close_range(5, 6, 0));
  CALL(close_range(6, 5, 0));
  CALL(close_range(100, 200, 0));
  CALL(close_range(18, ~0U, 0));
  have("the end closed");
  CALL(close_range(3, 4, 8));
  CALL(close_range(3, 4, CLOSE_RANGE_CLOEXEC | CLOSE_RANGE_UNSHARE));
  have("marked");
  pthread_t thread;
  pthread_create(&thread, NULL, unshares, NULL);
  pthread_join(thread, NULL);
  have("main");
  CALL(close_range(-1, -1, 0));
  CALL(close_range(3, 1000000000, 0));
  have("all closed");
  return 0;
}

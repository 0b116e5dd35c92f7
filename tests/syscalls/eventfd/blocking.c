/* eventfd(2): who waits for what, and what lets them go on. */
#include "../check.h"
#include <sys/eventfd.h>

static int fd;
static void writes(void) {
  sleep_ms(50);
  uint64_t v = 5;
  CALL(write(fd, &v, 8));
}
static void reads(void) {
  sleep_ms(50);
  uint64_t v = 0;
  CALL(read(fd, &v, 8));
  CALL(v == -2ULL);
}
static void nothing(int signo) { (void)signo; }

int main(void) {
  fd = eventfd(0, 0);
  uint64_t v = 0;
  pid_t child = start(writes);
  read(fd, &v, 8);
  waitpid(child, NULL, 0);
  CALL(v);
  v = -2;
  CALL(write(fd, &v, 8));
  child = start(reads);
  v = 3;
  int result = write(fd, &v, 8);
  waitpid(child, NULL, 0);
  CALL(result);
  CALL(read(fd, &v, 8));
  CALL(v);
  on_signal(SIGALRM, nothing, 0);
  ualarm(20000, 0);
  CALL(read(fd, &v, 8));
  v = 0;
  CALL(write(fd, &v, 8)); /* Adds nothing, wakes nobody. */
  fcntl(fd, F_SETFL, O_NONBLOCK);
  CALL(read(fd, &v, 8));
  return 0;
}

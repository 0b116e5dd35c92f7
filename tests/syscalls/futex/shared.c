/* Futexes of several processes: by page of a file, at different addresses; private ones do not meet. */
#include "futex.h"

static int *here, *there;
static void waits(void) {
  long result = FUTEX(there, FUTEX_WAIT, 0, NULL);
  sleep_ms(50);
  printf("woken %ld\n", result);
}
static void waits_private(void) {
  struct timespec t = {0, 100000000};
  CALL(FUTEX(there, FUTEX_WAIT_PRIVATE, 0, &t));
}
static int wake_one(int *w, int op) {
  for (int i = 0; i < 100; i++) {
    long n = FUTEX(w, op, 1);
    if (n != 0) return n;
    sleep_ms(5);
  }
  return 0;
}

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  if (ftruncate(fd, 8192)) return 1;
  here = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  there = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
  pid_t child = start(waits);
  CALL(wake_one(here + 1024, FUTEX_WAKE));
  waitpid(child, NULL, 0);
  child = start(waits_private);
  sleep_ms(40);
  CALL(FUTEX(here + 1024, FUTEX_WAKE, 1));
  CALL(FUTEX(there, FUTEX_WAKE_PRIVATE, 1));
  waitpid(child, NULL, 0);
  /* A private mapping of the file is another word. */
  int *copy = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 4096);
  child = start(waits);
  sleep_ms(40);
  CALL(FUTEX(copy, FUTEX_WAKE, 1));
  CALL(wake_one(there, FUTEX_WAKE));
  waitpid(child, NULL, 0);
  there = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  child = start(waits);
  CALL(wake_one(there, FUTEX_WAKE));
  waitpid(child, NULL, 0);
  /* Memory of this process alone, copied by fork. */
  static int own;
  there = &own;
  child = start(waits_private);
  sleep_ms(40);
  CALL(FUTEX(&own, FUTEX_WAKE, 1));
  waitpid(child, NULL, 0);
  return 0;
}

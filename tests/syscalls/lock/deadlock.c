/* EDEADLK: a wait that would close a circle, of two and of three; not for descriptions' locks and flock(2). */
#include "locks.h"

static int fd;
static void second(void) {
  CALL(lock(fd, F_SETLK, F_WRLCK, 1, 1));
  lock(fd, F_SETLKW, F_WRLCK, 0, 1);
}

static void two(void) {
  lock(fd, F_SETLK, F_WRLCK, 0, 1);
  pid_t pid = start(second);
  sleep_ms(80);
  CALL(lock(fd, F_SETLKW, F_WRLCK, 1, 1));
  CALL(lock(fd, F_SETLKW, F_RDLCK, 1, 1));
  CALL(lock(fd, F_SETLK, F_WRLCK, 1, 1));
  CALL(lock(fd, F_SETLK, F_UNLCK, 0, 1));
  waitpid(pid, NULL, 0);
  CALL(lock(fd, F_SETLKW, F_WRLCK, 1, 1));
}

static void ring1(void) {
  lock(fd, F_SETLK, F_WRLCK, 11, 1);
  lock(fd, F_SETLKW, F_WRLCK, 10, 1);
}
static void ring2(void) {
  lock(fd, F_SETLK, F_WRLCK, 12, 1);
  lock(fd, F_SETLKW, F_WRLCK, 11, 1);
}
static void three(void) {
  lock(fd, F_SETLK, F_WRLCK, 10, 1);
  pid_t a = start(ring1);
  sleep_ms(60);
  pid_t b = start(ring2);
  sleep_ms(60);
  CALL(lock(fd, F_SETLKW, F_WRLCK, 12, 1));
  lock(fd, F_SETLK, F_UNLCK, 0, 0);
  waitpid(a, NULL, 0);
  waitpid(b, NULL, 0);
}

static void caught(int signo) { (void)signo; }
static void described(void) {
  int other = open("file", O_RDWR);
  on_signal(SIGALRM, caught, 0);
  lock(fd, F_OFD_SETLK, F_WRLCK, 20, 1);
  lock(other, F_OFD_SETLK, F_WRLCK, 21, 1);
  alarm(1);
  CALL(lock(fd, F_OFD_SETLKW, F_WRLCK, 21, 1)); /* Waits for ever: nobody looks. */
}

int main(void) {
  fd = open("file", O_RDWR | O_CREAT, 0600);
  run("two", two);
  run("three", three);
  run("descriptions", described);
  return 0;
}

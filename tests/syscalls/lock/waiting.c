/* F_SETLKW and blocking flock(2): who waits is woken, signals end the wait. */
#include "locks.h"

static int fd, p[2];
static void caught(int signo) { (void)signo; }

static void waiter(void) {
  int own = open("file", O_RDWR);
  CALL(lock(own, F_SETLKW, F_WRLCK, 0, 10));
  if (write(p[1], "x", 1) != 1) _exit(1);
}
static void interrupted(void) {
  on_signal(SIGUSR1, caught, 0);
  int own = open("file", O_RDWR);
  CALL(lock(own, F_SETLKW, F_RDLCK, 5, 1));
  CALL(flock(own, LOCK_EX));
}
static void restarted(void) {
  on_signal(SIGUSR1, caught, SA_RESTART);
  int own = open("file", O_RDWR);
  CALL(lock(own, F_SETLKW, F_WRLCK, 0, 10));
}
static void killed(void) {
  int own = open("file", O_RDWR);
  lock(own, F_SETLKW, F_WRLCK, 0, 10);
  printf("not here\n");
}
static void holder(void) {
  int own = open("file", O_RDWR);
  lock(own, F_SETLK, F_WRLCK, 50, 10);
  flock(own, LOCK_EX);
  if (write(p[1], "x", 1) != 1) _exit(1);
  pause();
}

int main(void) {
  char c;
  int status;
  if (pipe(p)) return 1;
  fd = open("file", O_RDWR | O_CREAT, 0600);
  CALL(lock(fd, F_SETLK, F_WRLCK, 0, 10));
  pid_t pid = start(waiter);
  sleep_ms(60);
  CALL(lock(fd, F_SETLK, F_WRLCK, 20, 1));
  CALL(lock(fd, F_SETLK, F_UNLCK, 0, 10));
  CALL(read(p[0], &c, 1));
  waitpid(pid, &status, 0);
  show_status("waiter", status);
  CALL(lock(fd, F_SETLK, F_WRLCK, 0, 10));
  CALL(flock(fd, LOCK_EX));
  pid = start(interrupted);
  sleep_ms(60);
  kill(pid, SIGUSR1);
  sleep_ms(60);
  kill(pid, SIGUSR1);
  waitpid(pid, &status, 0);
  show_status("interrupted", status);
  pid = start(restarted);
  sleep_ms(60);
  kill(pid, SIGUSR1);
  sleep_ms(60);
  CALL(lock(fd, F_SETLK, F_UNLCK, 0, 0));
  waitpid(pid, &status, 0);
  show_status("restarted", status);
  CALL(lock(fd, F_SETLK, F_WRLCK, 0, 10));
  pid = start(killed);
  sleep_ms(60);
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
  show_status("killed", status);
  CALL(flock(fd, LOCK_UN));
  pid = start(holder);
  CALL(read(p[0], &c, 1));
  CALL(lock(fd, F_SETLK, F_WRLCK, 55, 1));
  CALL(flock(fd, LOCK_EX | LOCK_NB));
  kill(pid, SIGKILL);
  CALL(lock(fd, F_SETLKW, F_WRLCK, 55, 1)); /* Death unlocks. */
  CALL(flock(fd, LOCK_EX));
  waitpid(pid, NULL, 0);
  return 0;
}

/* Whose a lock is: POSIX locks are the process's, go with any close, and are not inherited. */
#include "locks.h"

static int fd;
static void child(void) {
  CALL(lock(fd, F_SETLK, F_WRLCK, 0, 10));
  ask(fd, F_GETLK, F_WRLCK, 0, 0);
  ask(fd, F_GETLK, F_RDLCK, 20, 5);
  ask(fd, F_GETLK, F_WRLCK, 20, 5);
  CALL(lock(fd, F_SETLK, F_RDLCK, 20, 5));
  CALL(lock(fd, F_SETLK, F_UNLCK, 0, 10)); /* Nothing of ours there. */
  ask(fd, F_GETLK, F_WRLCK, 0, 1);
  CALL(close(fd)); /* Neither does this take the parent's away. */
}

static void other(void) {
  int own = open("file", O_RDWR);
  ask(own, F_GETLK, F_WRLCK, 0, 0);
}

static void *thread(void *arg) {
  (void)arg;
  CALL(lock(fd, F_SETLK, F_RDLCK, 0, 10)); /* Threads are one owner. */
  return NULL;
}

static void executed(void) {
  CALL(lock(fd, F_SETLK, F_WRLCK, 100, 10));
  execl("/proc/self/exe", "owners", "again", NULL);
}

int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1) {
    int own = open("file", O_RDWR);
    pid_t pid = fork();
    if (pid == 0) {
      ask(own, F_GETLK, F_WRLCK, 100, 10);
      _exit(0);
    }
    waitpid(pid, NULL, 0);
    return 0;
  }
  fd = open("file", O_RDWR | O_CREAT, 0600);
  CALL(lock(fd, F_SETLK, F_WRLCK, 0, 10));
  CALL(lock(fd, F_SETLK, F_RDLCK, 20, 5));
  ask(fd, F_GETLK, F_WRLCK, 0, 0);
  run("child", child);
  run("other", other);
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  pthread_join(t, NULL);
  run("other", other);
  int second = open("file", O_RDONLY);
  ask(second, F_GETLK, F_WRLCK, 0, 0);
  CALL(close(second));
  run("after closing another descriptor", other);
  CALL(lock(fd, F_SETLK, F_WRLCK, 0, 10));
  int copy = dup(fd);
  CALL(close(copy));
  run("after closing a duplicate", other);
  CALL(lock(fd, F_SETLK, F_WRLCK, 0, 10));
  CALL(dup2(0, fd));
  run("after dup2", other);
  fd = open("file", O_RDWR);
  run("kept by execve", executed);
  return 0;
}

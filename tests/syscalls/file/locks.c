/* POSIX, open file description and flock(2) locks. */
#include "../check.h"
#include <sys/file.h>

static int lock(int fd, int cmd, int type, off_t start, off_t len) {
  struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};
  return fcntl(fd, cmd, &l);
}
static void ask(int fd, int cmd, off_t start, off_t len) {
  struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = len};
  int result = fcntl(fd, cmd, &l);
  printf("%d: type %d start %ld len %ld parent %d\n", result, l.l_type, (long)l.l_start, (long)l.l_len,
         l.l_pid == getppid());
}

static void child(void) {
  int fd = open("file", O_RDWR);
  ask(fd, F_GETLK, 0, 0);
  ask(fd, F_GETLK, 50, 10);
  CALL(lock(fd, F_SETLK, F_WRLCK, 5, 1));
  CALL(lock(fd, F_SETLK, F_RDLCK, 25, 1));
  CALL(lock(fd, F_SETLK, F_WRLCK, 12, 1));
  CALL(flock(fd, LOCK_EX | LOCK_NB));
  CALL(flock(fd, LOCK_SH | LOCK_NB));
}

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600), other = open("file", O_RDWR);
  CALL(lock(fd, F_SETLK, F_WRLCK, 0, 20));
  CALL(lock(fd, F_SETLK, F_RDLCK, 20, 10));
  CALL(lock(fd, F_SETLK, F_UNLCK, 10, 5)); /* A hole in the middle. */
  CALL(lock(fd, F_SETLK, 99, 0, 1));
  CALL(lock(fd, F_SETLK, F_WRLCK, -1, 1));
  CALL(lock(open("file", O_RDONLY), F_SETLK, F_WRLCK, 100, 1));
  CALL(flock(other, LOCK_SH));
  CALL(flock(fd, LOCK_SH | LOCK_NB));
  CALL(flock(fd, LOCK_EX | LOCK_NB));
  CALL(flock(fd, 99));
  CALL(flock(NO_FD, LOCK_SH));
  run("child", child);
  CALL(lock(other, F_OFD_SETLK, F_WRLCK, 0, 5)); /* Conflicts with the process's own. */
  close(open("file", O_RDONLY));                 /* Drops all POSIX locks of the process. */
  CALL(lock(other, F_OFD_SETLK, F_WRLCK, 0, 5));
  CALL(lock(fd, F_OFD_SETLK, F_WRLCK, 0, 5));
  run("child", child);
  return 0;
}

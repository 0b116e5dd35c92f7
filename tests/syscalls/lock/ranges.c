/* POSIX record locks: how ranges are split, merged and replaced. */
#include "locks.h"

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CALL(lock(fd, F_SETLK, F_WRLCK, 10, 10));
  show_locks("one", fd);
  CALL(lock(fd, F_SETLK, F_WRLCK, 20, 10));
  show_locks("neighbour", fd);
  CALL(lock(fd, F_SETLK, F_RDLCK, 15, 5));
  show_locks("read in the middle", fd);
  CALL(lock(fd, F_SETLK, F_WRLCK, 15, 5));
  show_locks("write again", fd);
  CALL(lock(fd, F_SETLK, F_UNLCK, 12, 3));
  show_locks("hole", fd);
  CALL(lock(fd, F_SETLK, F_UNLCK, 11, 5));
  show_locks("wider hole", fd);
  CALL(lock(fd, F_SETLK, F_RDLCK, 5, 40));
  show_locks("over all", fd);
  CALL(lock(fd, F_SETLK, F_UNLCK, 30, 0));
  show_locks("end cut off", fd);
  CALL(lock(fd, F_SETLK, F_WRLCK, 40, 0));
  show_locks("to the end", fd);
  CALL(lock(fd, F_SETLK, F_UNLCK, 50, 10));
  show_locks("hole before the end", fd);
  CALL(lock(fd, F_SETLK, F_UNLCK, 0, 0));
  show_locks("none", fd);
  CALL(lock(fd, F_SETLK, F_UNLCK, 0, 0));
  CALL(lock(fd, F_SETLK, F_WRLCK, 30, -10));
  show_locks("negative length", fd);
  CALL(lock(fd, F_SETLK, F_WRLCK, 5, -10));
  CALL(lock(fd, F_SETLK, F_WRLCK, -5, 10));
  CALL(lock(fd, F_SETLK, F_WRLCK, INT64_MAX, 1));
  CALL(lock(fd, F_SETLK, F_WRLCK, INT64_MAX, 2));
  CALL(lock(fd, F_SETLK, F_WRLCK, 100, INT64_MAX));
  CALL(lock(fd, F_SETLK, F_WRLCK, 0, -1));
  CALL(lock(fd, F_SETLK, F_UNLCK, 0, 0));
  struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -5, .l_len = 5};
  CALL(ftruncate(fd, 50));
  CALL(fcntl(fd, F_SETLK, &l));
  show_locks("from the end", fd);
  CALL(lseek(fd, 7, SEEK_SET));
  l = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_CUR, .l_start = 1, .l_len = 2};
  CALL(fcntl(fd, F_SETLK, &l));
  show_locks("from here", fd);
  l.l_whence = 3;
  CALL(fcntl(fd, F_SETLK, &l));
  l.l_whence = SEEK_END;
  l.l_start = INT64_MAX;
  CALL(fcntl(fd, F_SETLK, &l));
  l = (struct flock){.l_type = 3};
  CALL(fcntl(fd, F_SETLK, &l));
  CALL(fcntl(fd, F_SETLK, BAD));
  CALL(fcntl(fd, F_GETLK, BAD));
  return 0;
}

/* Open file description locks: owned by the description, shared by fork, kept until its last close. */
#include "locks.h"

static int fd, other;
static void child(void) {
  CALL(lock(fd, F_OFD_SETLK, F_WRLCK, 0, 10)); /* The same description. */
  CALL(lock(other, F_OFD_SETLK, F_WRLCK, 0, 10));
  int own = open("file", O_RDWR);
  ask(own, F_OFD_GETLK, F_WRLCK, 0, 10);
  ask(own, F_GETLK, F_WRLCK, 0, 10);
  CALL(lock(own, F_SETLK, F_WRLCK, 5, 1));
  CALL(lock(fd, F_OFD_SETLK, F_UNLCK, 0, 5));
  CALL(lock(own, F_OFD_SETLK, F_WRLCK, 0, 5));
}

static void closes(void) { close(fd); }

int main(void) {
  fd = open("file", O_RDWR | O_CREAT, 0600);
  other = open("file", O_RDWR);
  CALL(lock(fd, F_OFD_SETLK, F_WRLCK, 0, 10));
  CALL(lock(other, F_OFD_SETLK, F_RDLCK, 0, 10));
  CALL(lock(fd, F_SETLK, F_WRLCK, 0, 10));
  ask(other, F_OFD_GETLK, F_RDLCK, 5, 1);
  ask(fd, F_OFD_GETLK, F_RDLCK, 5, 1);
  run("child", child);
  run("closes", closes);
  ask(other, F_OFD_GETLK, F_RDLCK, 5, 1);
  int copy = dup(fd);
  CALL(close(fd));
  ask(other, F_OFD_GETLK, F_RDLCK, 5, 1);
  CALL(close(copy));
  ask(other, F_OFD_GETLK, F_RDLCK, 5, 1);
  struct flock l = {.l_type = F_WRLCK, .l_len = 1, .l_pid = getpid()};
  CALL(fcntl(other, F_OFD_SETLK, &l));
  CALL(fcntl(other, F_OFD_SETLKW, &l));
  CALL(fcntl(other, F_OFD_GETLK, &l));
  int reader = open("file", O_RDONLY), writer = open("file", O_WRONLY);
  CALL(lock(reader, F_OFD_SETLK, F_WRLCK, 0, 1));
  CALL(lock(writer, F_OFD_SETLK, F_RDLCK, 0, 1));
  CALL(lock(reader, F_SETLK, F_WRLCK, 0, 1));
  CALL(lock(writer, F_SETLK, F_RDLCK, 0, 1));
  CALL(lock(reader, F_SETLK, F_UNLCK, 0, 1));
  ask(reader, F_GETLK, F_WRLCK, 0, 1);
  ask(reader, F_GETLK, F_UNLCK, 0, 1);
  ask(reader, F_OFD_GETLK, F_UNLCK, 0, 1);
  int ends[2];
  if (pipe(ends)) return 1;
  CALL(lock(ends[0], F_SETLK, F_RDLCK, 0, 1));
  CALL(lock(ends[1], F_OFD_SETLK, F_WRLCK, 0, 1));
  int dir = open(".", O_RDONLY);
  CALL(lock(dir, F_SETLK, F_RDLCK, 0, 1));
  CALL(lock(dir, F_SETLK, F_WRLCK, 0, 1));
  return 0;
}

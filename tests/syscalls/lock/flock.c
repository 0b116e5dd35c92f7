/* flock(2): conversion, inheritance, what it locks and what not. */
#include "locks.h"

static int fd, other;
static void child(void) {
  CALL(flock(fd, LOCK_EX | LOCK_NB)); /* The same description. */
  CALL(flock(other, LOCK_SH | LOCK_NB));
  CALL(flock(fd, LOCK_UN));
  CALL(flock(other, LOCK_EX | LOCK_NB));
  int own = open("file", O_RDONLY);
  CALL(flock(own, LOCK_SH | LOCK_NB));
  CALL(flock(other, LOCK_SH | LOCK_NB));
  CALL(flock(own, LOCK_SH | LOCK_NB));
  CALL(flock(own, LOCK_EX | LOCK_NB)); /* Gives up the shared one and fails. */
  CALL(flock(other, LOCK_EX | LOCK_NB));
}

static void closes(void) { close(fd); }

int main(void) {
  fd = open("file", O_RDWR | O_CREAT, 0600);
  other = open("file", O_RDWR);
  CALL(flock(fd, LOCK_SH));
  CALL(flock(other, LOCK_SH | LOCK_NB));
  CALL(flock(fd, LOCK_EX | LOCK_NB));
  CALL(flock(other, LOCK_UN));
  CALL(flock(fd, LOCK_EX | LOCK_NB));
  CALL(flock(fd, LOCK_EX));
  CALL(flock(other, LOCK_SH | LOCK_NB));
  CALL(lock(other, F_SETLK, F_WRLCK, 0, 0)); /* They do not see each other. */
  run("child", child);
  CALL(flock(other, LOCK_UN));
  CALL(flock(fd, LOCK_EX | LOCK_NB));
  run("child closes", closes);
  CALL(flock(other, LOCK_SH | LOCK_NB));
  int copy = dup(fd);
  close(fd);
  CALL(flock(other, LOCK_SH | LOCK_NB));
  close(copy);
  CALL(flock(other, LOCK_SH | LOCK_NB));
  int writer = open("file", O_WRONLY), reader = open("file", O_RDONLY), dir = open(".", O_RDONLY);
  CALL(flock(other, LOCK_UN));
  CALL(flock(writer, LOCK_SH | LOCK_NB));
  CALL(flock(writer, LOCK_UN));
  CALL(flock(reader, LOCK_EX | LOCK_NB));
  CALL(flock(dir, LOCK_EX | LOCK_NB));
  CALL(flock(open(".", O_RDONLY), LOCK_SH | LOCK_NB));
  int ends[2];
  if (pipe(ends)) return 1;
  CALL(flock(ends[0], LOCK_EX | LOCK_NB));
  CALL(flock(ends[1], LOCK_SH | LOCK_NB));
  CALL(flock(reader, 0));
  CALL(flock(reader, LOCK_NB));
  CALL(flock(reader, LOCK_SH | LOCK_EX));
  CALL(flock(reader, LOCK_UN | LOCK_NB));
  CALL(flock(reader, -1));
  CALL(flock(reader, 16));
  CALL(flock(open("file", O_PATH), LOCK_SH));
  CALL(flock(NO_FD, LOCK_SH));
  return 0;
}

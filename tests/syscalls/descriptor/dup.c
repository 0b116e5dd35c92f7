/* dup(2), dup2(2), dup3(2), F_DUPFD: what is shared, what not, and the lowest number. */
#include "../files.h"

int main(void) {
  put("f", "0123456789");
  close_range(3, ~0U, 0);
  int fd = open("f", O_RDONLY | O_CLOEXEC);
  char c;
  CALL(dup(fd));
  CALL(fcntl(4, F_GETFD));
  CALL(read(4, &c, 1));
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(fcntl(4, F_SETFL, O_NONBLOCK));
  CALL((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  CALL(fcntl(4, F_SETFD, FD_CLOEXEC));
  CALL(fcntl(4, F_SETFD, 6));
  CALL(fcntl(4, F_GETFD));
  CALL(open("f", O_RDONLY));
  CALL(lseek(5, 0, SEEK_CUR));
  CALL(dup2(fd, 9));
  CALL(dup(fd));
  CALL(close(4));
  CALL(dup(fd));
  CALL(dup2(5, 4));
  CALL(lseek(4, 3, SEEK_SET));
  CALL(lseek(5, 0, SEEK_CUR));
  CALL(fcntl(fd, F_DUPFD, 7));
  CALL(fcntl(fd, F_DUPFD, 7));
  CALL(fcntl(fd, F_DUPFD_CLOEXEC, 9));
  CALL(fcntl(10, F_GETFD));
  CALL(dup3(fd, 20, O_CLOEXEC));
  CALL(fcntl(20, F_GETFD));
  CALL(dup3(fd, 20, 0));
  CALL(fcntl(20, F_GETFD));
  CALL(dup3(fd, 21, O_NONBLOCK));
  CALL(dup3(NO_FD, 21, 0));
  CALL(dup3(NO_FD, NO_FD, 0));
  CALL(dup2(NO_FD, 20));
  CALL(fcntl(20, F_GETFD));
  CALL(dup2(fd, 1 << 20));
  CALL(dup2(-1, 5));
  CALL(dup(-1));
  CALL(close(-1));
  CALL(fcntl(-1, F_GETFD));
  CALL(fcntl(fd, -1));
  CALL(fcntl(fd, F_DUPFD, 1 << 20));
  CALL(fcntl(fd, F_DUPFD, -5));
  return 0;
}

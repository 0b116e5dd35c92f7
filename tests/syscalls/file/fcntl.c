/* fcntl(2), dup(2), dup3(2), close_range(2). */
#include "../check.h"
#include <linux/close_range.h>

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CALL(dup2(fd, 10));
  CALL(dup2(10, 10));
  CALL(dup2(NO_FD, NO_FD));
  CALL(dup2(fd, -1));
  CALL(dup3(fd, fd, 0));
  CALL(dup3(fd, 11, 99));
  CALL(dup3(fd, 11, O_CLOEXEC));
  CALL(fcntl(11, F_GETFD));
  CALL(fcntl(11, F_SETFD, 0));
  CALL(fcntl(11, F_GETFD));
  CALL(fcntl(fd, F_DUPFD, 20));
  CALL(fcntl(fd, F_DUPFD_CLOEXEC, 20));
  CALL(fcntl(21, F_GETFD));
  CALL(fcntl(fd, F_DUPFD, -1));
  CALL(fcntl(fd, F_GETFL));
  CALL(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK | O_WRONLY));
  CALL(fcntl(10, F_GETFL)); /* One description. */
  CALL(fcntl(fd, 9999, 0));
  CALL(fcntl(NO_FD, F_GETFD));
  CALL(fcntl(fd, F_SETLEASE, 9));
  CALL(fcntl(fd, F_GETSIG));
  CALL(fcntl(fd, F_SETSIG, 99));
  CALL(fcntl(fd, F_GETOWN));
  CALL(close(NO_FD));
  CALL(close(10));
  CALL(close(10));
  CALL(close_range(20, 21, 0));
  CALL(fcntl(20, F_GETFD));
  CALL(close_range(11, 11, CLOSE_RANGE_CLOEXEC));
  CALL(fcntl(11, F_GETFD));
  CALL(close_range(5, 4, 0));
  CALL(close_range(5, 6, 99));
  return 0;
}

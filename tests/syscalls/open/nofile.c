/* RLIMIT_NOFILE: which error, and what must not have happened. */
#include "../files.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

int main(void) {
  int fds[2];
  struct rlimit limit = {6, 10};
  put("file", "text");
  close_range(3, ~0U, 0);
  CALL(setrlimit(RLIMIT_NOFILE, &limit));
  CALL(open("file", O_RDONLY));
  CALL(open("file", O_RDONLY));
  CALL(pipe(fds));
  CALL(open("file", O_RDONLY));
  CALL(open("file", O_RDONLY));
  CALL(open("missing", O_RDONLY));
  CALL(open("made", O_CREAT | O_WRONLY, 0600));
  CALL(access("made", F_OK));
  CALL(open("file", O_WRONLY | O_TRUNC));
  cat("made");
  CALL(open("file", 077777777));
  CALL(open(BAD, O_RDONLY));
  CALL(dup(3));
  CALL(dup(NO_FD));
  CALL(dup2(3, 6));
  CALL(dup2(3, 5));
  CALL(dup2(3, -1));
  CALL(dup3(3, 6, O_CLOEXEC));
  CALL(fcntl(3, F_DUPFD, 6));
  CALL(fcntl(3, F_DUPFD, 5));
  CALL(fcntl(3, F_DUPFD, 0));
  CALL(pipe(fds));
  CALL(socket(AF_UNIX, SOCK_STREAM, 0));
  CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
  CALL(eventfd(0, 0));
  CALL(epoll_create1(0));
  CALL(close(4));
  CALL(pipe(fds));
  CALL(open("file", O_RDONLY));
  limit.rlim_cur = 4;
  CALL(setrlimit(RLIMIT_NOFILE, &limit));
  CALL(fcntl(5, F_GETFD)); /* What is open above the limit stays. */
  CALL(dup2(5, 5));
  CALL(dup2(3, 5));
  CALL(close(5));
  CALL(dup(3));
  CALL(close(3));
  CALL(dup(0));
  return 0;
}

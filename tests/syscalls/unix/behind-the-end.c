/* recvmsg(2) into memory that ends: what was copied before the end is seen, whether it counts or not. */
#include "unix.h"

static char data[16];

static void receive_with(const char *name, int fd, size_t first, int flags) {
  struct iovec parts[2] = {{data, first}, {NULL, 8}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  memset(data, '.', sizeof data);
  ssize_t n = recvmsg(fd, &message, flags | MSG_DONTWAIT);
  printf("%s: %zd %s %.16s\n", name, n, n < 0 ? strerrorname_np(errno) : "-", data);
}

static void receive(const char *name, int fd, size_t first) { receive_with(name, fd, first, 0); }

int main(void) {
  int fds[2];
  CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
  CALL(send(fds[1], "a", 1, 0));
  CALL(send(fds[1], "bcdefghi", 8, 0));
  receive_with("a peek", fds[0], 5, MSG_PEEK);
  receive("the first counts", fds[0], 5);
  receive("nothing counts", fds[0], 5);
  receive("the rest fits", fds[0], 8);
  receive("nothing left", fds[0], 8);

  CALL(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
  CALL(send(fds[1], "jklmnopq", 8, 0));
  receive_with("a peek", fds[0], 5, MSG_PEEK);
  receive("it is lost", fds[0], 5);
  receive("and gone", fds[0], 5);
  return 0;
}

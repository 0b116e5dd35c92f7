/* SO_PEERPIDFD, SO_PASSPIDFD, SO_PEERGROUPS: whom a socket is connected to. */
#include "unix.h"
#include <grp.h>
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

int main(void) {
  int s[2], lone = socket(AF_UNIX, SOCK_STREAM, 0), fd, on = 1;
  socklen_t len = sizeof fd;
  gid_t groups[] = {5, 7, 9}, got[8];
  setgroups(3, groups);
  CALL(getsockopt(lone, SOL_SOCKET, SO_PEERPIDFD, &fd, &len));
  CALL(getsockopt(lone, SOL_SOCKET, SO_PEERGROUPS, got, &len));
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  len = sizeof fd;
  CALL(getsockopt(s[0], SOL_SOCKET, SO_PEERPIDFD, &fd, &len));
  CALL(fcntl(fd, F_GETFD));
  CALL(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
  len = sizeof got;
  CALL(getsockopt(s[0], SOL_SOCKET, SO_PEERGROUPS, got, &len));
  printf("%u: %d %d %d\n", len, got[0], got[1], got[2]);
  len = 4;
  CALL(getsockopt(s[0], SOL_SOCKET, SO_PEERGROUPS, got, &len));
  CALL(len);
  CALL(setsockopt(s[1], SOL_SOCKET, SO_PASSPIDFD, &on, sizeof on));
  char control[100], text[10];
  struct iovec iov = {text, 10};
  struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = 100};
  write(s[0], "x", 1);
  CALL(recvmsg(s[1], &m, 0));
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  printf("type %d length %zu\n", c->cmsg_type, (size_t)c->cmsg_len);
  memcpy(&fd, CMSG_DATA(c), sizeof fd);
  CALL(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
  m.msg_controllen = 8;
  write(s[0], "x", 1);
  CALL(recvmsg(s[1], &m, 0));
  CALL(m.msg_flags);
  return 0;
}

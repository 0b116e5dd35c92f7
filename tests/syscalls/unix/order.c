/* Which error is told where several apply, for the socket calls. */
#include "unix.h"

#include "../check.h"

#include <stddef.h>

static struct sockaddr_un address(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  strcpy(name.sun_path, path);
  return name;
}

int main(void) {
  struct sockaddr_un free_name = address("free"), taken = address("taken"), other = address("missing/x");
  int fds[2] = {-1, -1}, pair[2], file = open("file", O_RDWR | O_CREAT, 0600), value = 1;
  socklen_t size = sizeof free_name;
  signal(SIGPIPE, SIG_IGN);

  CALL(socketpair(99, SOCK_STREAM, 0, (int *)BAD));
  CALL(socketpair(AF_UNIX, SOCK_STREAM, 77, fds));
  CALL(syscall(SYS_socketpair, AF_UNIX, 0x40, 0, BAD));
  CALL(socket(99, 13, 0));
  CALL(socket(AF_UNIX, 13, 0));

  int stream = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), datagram = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  CALL(bind(stream, (void *)&taken, sizeof taken));
  CALL(bind(stream, (void *)&taken, sizeof taken));
  CALL(bind(stream, (void *)&other, sizeof other));
  CALL(bind(stream, (void *)&free_name, sizeof free_name));
  CALL(access("free", F_OK));
  CALL(bind(stream, (void *)&free_name, 2));
  CALL(bind(file, (void *)&free_name, -1));
  CALL(bind(stream, (void *)BAD, 0));
  CALL(connect(file, (void *)&free_name, -1));
  CALL(connect(NO_FD, (void *)&free_name, -1));

  CALL(accept4(NO_FD, NULL, NULL, 1));
  CALL(accept4(file, NULL, NULL, 1));
  CALL(accept4(file, NULL, NULL, 0));
  CALL(listen(stream, 1));
  CALL(accept(stream, (void *)BAD, NULL));
  shutdown(stream, SHUT_RD);
  CALL(accept(stream, NULL, NULL));

  CALL(sendto(NO_FD, (void *)(1ul << 63), 5, 0, NULL, 0));
  CALL(sendto(stream, BAD, 5, 0, NULL, 0));
  CALL(sendto(datagram, BAD, 5, 0, NULL, 0));
  CALL(sendto(datagram, BAD, 5, 0, (void *)&taken, 1));
  CALL(sendto(datagram, "x", 1, 0, (void *)&taken, -1));
  CALL(sendto(datagram, BAD, 5, 0, (void *)&other, sizeof other));
  CALL(sendto(datagram, "x", 1, MSG_OOB, (void *)&other, 1));
  CALL(sendto(datagram, "x", (size_t)1 << 40, 0, NULL, 0));
  shutdown(datagram, SHUT_WR);
  CALL(sendto(datagram, "x", 1, 0, NULL, 0));

  socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair);
  CALL(sendto(pair[0], "x", 1, 0, (void *)&other, -1));
  CALL(sendto(pair[0], "x", 1, 0, (void *)BAD, 5));
  CALL(sendto(pair[0], "x", 1, 0, (void *)&other, sizeof other));
  CALL(recvfrom(pair[1], BAD, 0, MSG_DONTWAIT | MSG_PEEK, NULL, NULL));
  CALL(read(pair[1], BAD, 0));

  struct msghdr message = {.msg_name = BAD, .msg_namelen = 5, .msg_iov = (void *)BAD, .msg_iovlen = 5000};
  CALL(sendmsg(pair[0], &message, 0));
  message.msg_name = NULL;
  message.msg_namelen = -1;
  CALL(sendmsg(pair[0], &message, 0));
  message.msg_iovlen = 0;
  message.msg_control = BAD;
  message.msg_controllen = 8;
  CALL(sendmsg(pair[0], &message, 0));
  int alone = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  struct cmsghdr control = {.cmsg_len = 3};
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  CALL(sendmsg(alone, &message, 0));
  CALL(sendmsg(pair[0], &message, 0));

  CALL(setsockopt(file, SOL_SOCKET, SO_LINGER, &value, -1));
  CALL(setsockopt(stream, 6, SO_LINGER, &value, -1));
  CALL(setsockopt(stream, SOL_SOCKET, SO_LINGER, BAD, 3));
  CALL(setsockopt(stream, SOL_SOCKET, SO_LINGER, BAD, 4));
  CALL(setsockopt(stream, SOL_SOCKET, SO_REUSEADDR, &value, 4000));
  CALL(getsockopt(stream, 6, SO_LINGER, &value, (socklen_t *)BAD));
  size = -1;
  CALL(getsockopt(stream, SOL_SOCKET, 9999, &value, &size));
  return 0;
}

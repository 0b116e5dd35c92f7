/* Sockets over fork(2), dup(2), execve(2)'s flag and SCM_RIGHTS. */
#include "inet.h"
#include <sys/un.h>

static int s[2];
static char b[100];

int main(void) {
  fresh();
  tcp_pair(s);
  int copy = dup(s[0]);
  close(s[0]);
  CALL(write(copy, "by a copy", 9));
  CALL(read(s[1], b, 100));
  if (fork() == 0) {
    CALL(write(copy, "by a child", 10));
    _exit(0);
  }
  wait(NULL);
  CALL(read(s[1], b, 100));
  show_poll("still open", s[1]);
  /* Status flags are shared, descriptors' are not. */
  int other = fcntl(copy, F_DUPFD_CLOEXEC, 0);
  fcntl(copy, F_SETFL, O_NONBLOCK);
  CALL((fcntl(other, F_GETFL) & O_NONBLOCK) != 0);
  CALL(fcntl(other, F_GETFD));
  CALL(fcntl(copy, F_GETFD));
  CALL(read(other, b, 1));
  /* Sent to another process, the connection stays when the sender has closed it. */
  int p[2];
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, p)) return 1;
  char control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec v = {"x", 1};
  struct msghdr h = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *c = CMSG_FIRSTHDR(&h);
  c->cmsg_level = SOL_SOCKET, c->cmsg_type = SCM_RIGHTS, c->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(c), &copy, sizeof copy);
  CALL(sendmsg(p[0], &h, 0));
  close(copy);
  close(other);
  show_poll("in flight", s[1]);
  if (fork() == 0) {
    h.msg_controllen = sizeof control;
    v.iov_base = b;
    CALL(recvmsg(p[1], &h, 0));
    int fd;
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&h)), sizeof fd);
    CALL(write(fd, "from afar", 9));
    _exit(0);
  }
  wait(NULL);
  CALL(read(s[1], b, 100));
  show_poll("received elsewhere and closed", s[1]);
  close(p[0]);
  close(p[1]);
  CALL(read(s[1], b, 100));
  return 0;
}

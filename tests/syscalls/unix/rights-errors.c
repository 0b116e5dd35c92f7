/* Control messages that are refused. */
#include "unix.h"

static int s[2];
static void try(const char *what, size_t cmsg_len, int level, int type, size_t controllen) {
  char control[200] = {0};
  struct iovec iov = {"x", 1};
  struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = controllen};
  struct cmsghdr *c = (struct cmsghdr *)control;
  c->cmsg_len = cmsg_len;
  c->cmsg_level = level;
  c->cmsg_type = type;
  ssize_t n = sendmsg(s[0], &m, 0);
  printf("%s: %zd %s\n", what, n, n < 0 ? strerrorname_np(errno) : "");
}

int main(void) {
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  try("right", CMSG_LEN(4), SOL_SOCKET, SCM_RIGHTS, CMSG_SPACE(4));
  try("no descriptors", CMSG_LEN(0), SOL_SOCKET, SCM_RIGHTS, CMSG_SPACE(4));
  try("odd length", CMSG_LEN(6), SOL_SOCKET, SCM_RIGHTS, CMSG_SPACE(6));
  try("too short", 4, SOL_SOCKET, SCM_RIGHTS, CMSG_SPACE(4));
  try("longer than the buffer", CMSG_LEN(40), SOL_SOCKET, SCM_RIGHTS, CMSG_SPACE(4));
  try("another level", CMSG_LEN(4), 77, SCM_RIGHTS, CMSG_SPACE(4));
  try("another type", CMSG_LEN(4), SOL_SOCKET, 77, CMSG_SPACE(4));
  try("short credentials", CMSG_LEN(4), SOL_SOCKET, SCM_CREDENTIALS, CMSG_SPACE(4));
  try("less than a header", CMSG_LEN(4), SOL_SOCKET, SCM_RIGHTS, 10);
  struct iovec iov = {"x", 1};
  struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
  CALL(sendmsg(s[0], BAD, 0));
  m.msg_control = BAD;
  m.msg_controllen = 24;
  CALL(sendmsg(s[0], &m, 0));
  m.msg_control = NULL;
  m.msg_controllen = 0;
  m.msg_iovlen = 1025;
  CALL(sendmsg(s[0], &m, 0));
  CALL(recvmsg(s[1], &m, 0));
  m.msg_iovlen = 1;
  m.msg_iov = BAD;
  CALL(sendmsg(s[0], &m, 0));
  m.msg_iov = &iov;
  iov.iov_base = BAD;
  CALL(sendmsg(s[0], &m, 0));
  m.msg_iovlen = 0;
  CALL(sendmsg(s[0], &m, 0));
  CALL(recvmsg(s[1], BAD, 0));
  m.msg_name = s;
  m.msg_namelen = -1;
  CALL(sendmsg(s[0], &m, 0));
  return 0;
}

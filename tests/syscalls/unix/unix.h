/* Names and messages of unix sockets. */
#ifndef UNIX_H
#define UNIX_H
#include "../check.h"
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static inline socklen_t name_of(struct sockaddr_un *a, const char *path) {
  memset(a, 0, sizeof *a);
  a->sun_family = AF_UNIX;
  strcpy(a->sun_path, path);
  return offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
}
static inline int bind_to(int fd, const char *path) {
  struct sockaddr_un a;
  socklen_t len = name_of(&a, path);
  return bind(fd, (struct sockaddr *)&a, len);
}
static inline int connect_to(int fd, const char *path) {
  struct sockaddr_un a;
  socklen_t len = name_of(&a, path);
  return connect(fd, (struct sockaddr *)&a, len);
}
static inline void show_poll(const char *who, int fd) {
  struct pollfd p = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP | POLLWRBAND, 0};
  poll(&p, 1, 0);
  printf("%s: poll %x\n", who, p.revents);
}

/* Sends bytes with descriptors. */
static inline ssize_t send_fds(int fd, const char *text, size_t len, const int *fds, int count, int flags) {
  char control[CMSG_SPACE(sizeof(int) * 260)] = {0};
  struct iovec iov = {(char *)text, len};
  struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
  if (count > 0) {
    m.msg_control = control;
    m.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(c), fds, sizeof(int) * count);
  }
  return sendmsg(fd, &m, flags);
}

/* Receives, and prints bytes, flags and what came along; descriptors are closed again. */
static inline void show_message(const char *who, int fd, size_t size, size_t control_size, int flags) {
  static char text[70000];
  char control[2000];
  memset(control, 0, sizeof control);
  struct iovec iov = {text, size};
  struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = control_size};
  ssize_t n = recvmsg(fd, &m, flags);
  if (n < 0) {
    printf("%s: %s\n", who, strerrorname_np(errno));
    return;
  }
  printf("%s: %zd \"%.*s\" flags %x control %zu", who, n, n < 40 ? (int)n : 40, text, m.msg_flags, m.msg_controllen);
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
    if (c->cmsg_type == SCM_RIGHTS) {
      int count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int), got[260];
      memcpy(got, CMSG_DATA(c), count * sizeof(int));
      printf(" fds %d", count);
      if (count) printf(" cloexec %d", fcntl(got[0], F_GETFD));
      for (int i = 0; i < count; i++) close(got[i]);
    } else if (c->cmsg_type == SCM_CREDENTIALS && c->cmsg_len == CMSG_LEN(sizeof(struct ucred))) {
      struct ucred u;
      memcpy(&u, CMSG_DATA(c), sizeof u);
      printf(" from %s %d %d", u.pid == getpid() ? "me" : u.pid == 0 ? "nobody" : "another", u.uid, u.gid);
    } else {
      printf(" type %d length %zu", c->cmsg_type, (size_t)c->cmsg_len);
    }
  }
  puts("");
}
#endif

/* SO_PASSCRED, SCM_CREDENTIALS, SO_PEERCRED. */
#include "unix.h"
#include <grp.h>

static int s[2];
static void show_peer(const char *who, int fd) {
  struct ucred u;
  socklen_t len = sizeof u;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &u, &len)) perror(who);
  printf("%s: %s %d %d, length %u\n", who, u.pid == getpid() ? "me" : u.pid ? "another" : "nobody", u.uid, u.gid, len);
}
static ssize_t send_as(pid_t pid, uid_t uid, gid_t gid) {
  char control[CMSG_SPACE(sizeof(struct ucred))] = {0};
  struct iovec iov = {"x", 1};
  struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  struct ucred u = {pid, uid, gid};
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_CREDENTIALS;
  c->cmsg_len = CMSG_LEN(sizeof u);
  memcpy(CMSG_DATA(c), &u, sizeof u);
  return sendmsg(s[0], &m, 0);
}
static void user(void) {
  if (setgroups(0, NULL) || setgid(1000) || setuid(1000)) _exit(1);
  CALL(send_as(getpid(), 1000, 1000));
  CALL(send_as(getpid(), 0, 1000));
  CALL(send_as(getpid(), 1000, 0));
  CALL(send_as(getppid(), 1000, 1000));
  CALL(write(s[0], "user", 4));
}

int main(void) {
  int on = 1, lone = socket(AF_UNIX, SOCK_STREAM, 0), l = socket(AF_UNIX, SOCK_STREAM, 0), c;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  show_peer("pair", s[0]);
  show_peer("alone", lone);
  bind_to(l, "l");
  show_peer("bound", l);
  listen(l, 5);
  show_peer("listening", l);
  connect_to(lone, "l");
  c = accept(l, NULL, NULL);
  show_peer("client", lone);
  show_peer("server", c);
  write(s[0], "before", 6);
  CALL(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  write(s[0], "after", 5);
  show_message("before", s[1], 100, 100, 0);
  show_message("after", s[1], 100, 100, 0);
  show_message("none", s[1], 100, 100, MSG_DONTWAIT);
  write(s[0], "a", 1);
  write(s[0], "b", 1);
  show_message("same sender", s[1], 100, 100, 0);
  CALL(send_as(getpid(), 0, 0));
  CALL(send_as(getpid(), 55, 66));
  CALL(send_as(NO_PID, 0, 0));
  show_message("mine", s[1], 100, 100, 0);
  show_message("claimed", s[1], 100, 100, 0);
  run("user", user);
  show_message("user's", s[1], 100, 100, 0);
  show_message("rest", s[1], 100, 100, MSG_DONTWAIT);
  write(s[0], "no room", 7);
  show_message("no room", s[1], 100, 20, 0);
  int fd = 1;
  send_fds(s[0], "both", 4, &fd, 1, 0);
  show_message("both", s[1], 100, 100, 0);
  struct ucred u;
  socklen_t len = 4;
  CALL(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &u, &len));
  CALL(len);
  CALL(setsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &u, sizeof u));
  /* The end of a stream tells of the sender, the end of packets does not. */
  static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
  for (int i = 0; i < 3; i++) {
    socketpair(AF_UNIX, types[i], 0, s);
    setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    CALL(shutdown(s[1], SHUT_RDWR));
    show_message("end", s[1], 100, 100, 0);
  }
  return 0;
}

/* SCM_RIGHTS: descriptors on the way, too little room, limits. */
#include "unix.h"
#include <sys/resource.h>

int main(void) {
  int s[2], fds[300], d[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) || socketpair(AF_UNIX, SOCK_DGRAM, 0, d)) return 1;
  for (int i = 0; i < 300; i++) fds[i] = 1;
  CALL(send_fds(s[0], "one", 3, fds, 1, 0));
  show_message("one", s[1], 100, 200, 0);
  CALL(send_fds(s[0], "cloexec", 7, fds, 3, 0));
  show_message("cloexec", s[1], 100, 200, MSG_CMSG_CLOEXEC);
  CALL(send_fds(s[0], "no room", 7, fds, 2, 0));
  show_message("no room", s[1], 100, 0, 0);
  CALL(send_fds(s[0], "room for one", 12, fds, 2, 0));
  show_message("room for one", s[1], 100, CMSG_LEN(4), 0);
  CALL(send_fds(s[0], "by read", 7, fds, 2, 0));
  char text[100];
  CALL(read(s[1], text, 100));
  /* Reads end behind bytes that came with descriptors. */
  send(s[0], "plain ", 6, 0);
  send_fds(s[0], "with ", 5, fds, 1, 0);
  send(s[0], "plain ", 6, 0);
  send_fds(s[0], "two", 3, fds, 2, 0);
  show_message("joined", s[1], 100, 200, 0);
  show_message("joined", s[1], 100, 200, 0);
  send_fds(s[0], "abcdef", 6, fds, 2, 0);
  show_message("peeked", s[1], 100, 200, MSG_PEEK);
  show_message("half", s[1], 3, 200, 0);
  show_message("the rest", s[1], 100, 200, 0);
  CALL(send_fds(s[0], "", 0, fds, 1, 0));
  show_message("nothing", s[1], 100, 200, MSG_DONTWAIT);
  CALL(send_fds(d[0], "", 0, fds, 1, 0));
  show_message("empty datagram", d[1], 100, 200, MSG_DONTWAIT);
  CALL(send_fds(s[0], "x", 1, fds, 253, 0));
  show_message("most", s[1], 100, 1500, 0);
  CALL(send_fds(s[0], "x", 1, fds, 254, 0));
  fds[1] = NO_FD;
  CALL(send_fds(s[0], "x", 1, fds, 2, 0));
  fds[1] = -1;
  CALL(send_fds(s[0], "x", 1, fds, 2, 0));
  fds[1] = open(".", O_PATH);
  CALL(send_fds(s[0], "path", 4, fds, 2, 0));
  show_message("path", s[1], 100, 200, 0);
  fds[1] = s[0];
  CALL(send_fds(s[0], "itself", 6, fds, 2, 0));
  show_message("itself", s[1], 100, 200, 0);
  struct rlimit limit = {12, 12};
  fds[1] = 1;
  setrlimit(RLIMIT_NOFILE, &limit);
  CALL(send_fds(s[0], "no numbers left", 15, (int[]){1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 10, 0));
  show_message("no numbers left", s[1], 100, 200, 0);
  return 0;
}

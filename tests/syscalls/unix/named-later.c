/* The name that comes with a message is the one that its sender has when it is received. */
#include "unix.h"

static void show(const char *what, int fd, int flags) {
  struct sockaddr_un from;
  socklen_t room = sizeof from;
  char byte;
  memset(&from, 0, sizeof from);
  ssize_t n = recvfrom(fd, &byte, 1, flags, (struct sockaddr *)&from, &room);
  printf("%s: %zd, name of %u bytes: \"%s\"\n", what, n, room, from.sun_path);
}

static void try(const char *what, int type, const char *name) {
  int s[2];
  puts(what);
  if (socketpair(AF_UNIX, type, 0, s)) return;
  CALL(write(s[0], "abc", 3));
  if (type != SOCK_STREAM) CALL(write(s[0], "def", 3));
  CALL(send(s[0], "ghi", 3, type == SOCK_STREAM ? MSG_OOB : 0));
  show("before", s[1], MSG_PEEK);
  CALL(bind_to(s[0], name));
  show("peeked at", s[1], MSG_PEEK);
  show("bound since", s[1], 0);
  if (type == SOCK_STREAM) show("urgent", s[1], MSG_OOB);
  close(s[0]);
  show("closed since", s[1], 0);
  close(s[1]);
}

int main(void) {
  try("stream", SOCK_STREAM, "st");
  try("datagrams", SOCK_DGRAM, "dg");
  try("packets", SOCK_SEQPACKET, "pk");
  return 0;
}

/* Network namespaces have abstract names of their own. */
#include "namespaces.h"
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static long bind_abstract(void) {
  struct sockaddr_un addr = {.sun_family = AF_UNIX};
  memcpy(addr.sun_path, "\0kernelet-test-net", 18);
  return bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&addr, offsetof(struct sockaddr_un, sun_path) + 18);
}

int main(void) {
  ino_t before = ns_of("self", "net");
  CALL(unshare(CLONE_NEWNET));
  CALL(ns_of("self", "net") != before);
  int fd = open("/proc/self/ns/net", O_RDONLY);
  CALL(bind_abstract());
  CALL(bind_abstract());
  CALL(unshare(CLONE_NEWNET));
  CALL(setns(fd, CLONE_NEWNET));
  CALL(bind_abstract());
  return 0;
}

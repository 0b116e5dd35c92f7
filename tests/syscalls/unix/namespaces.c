/* Abstract names belong to a network namespace, pathnames to the file system. */
#include "unix.h"
#include <sched.h>

static struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "\0kernelet-namespaces"};
#define LENGTH (2 + 20)

static void other(void) {
  int old = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(unshare(CLONE_NEWNET));
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(connect(s, (struct sockaddr *)&a, LENGTH));
  CALL(connect(old, (struct sockaddr *)&a, LENGTH)); /* Made before: it belongs to the old one. */
  CALL(bind(s, (struct sockaddr *)&a, LENGTH));
  int t = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(connect_to(t, "path"));
  char text[10];
  CALL(read(t, text, 10));
}

int main(void) {
  int l = socket(AF_UNIX, SOCK_STREAM, 0), p = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(bind(l, (struct sockaddr *)&a, LENGTH));
  CALL(listen(l, 5));
  bind_to(p, "path");
  listen(p, 5);
  pid_t child = start(other);
  int s = accept(p, NULL, NULL);
  write(s, "hello", 5);
  waitpid(child, NULL, 0);
  CALL(bind(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr *)&a, LENGTH));
  return 0;
}

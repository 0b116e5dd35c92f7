/* Opens files until there is an error, with the limit given and with the highest one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void exhaust(const char *what, int (*make)(void)) {
  int count = 0;
  while (make() >= 0) count++;
  printf("%s: %s after %s\n", what, strerrorname_np(errno), count > 1000 ? "many" : "few");
  close_range(3, ~0u, 0);
}
static int a_file(void) { return open("/", O_RDONLY); }
static int a_pipe(void) {
  int fds[2];
  return pipe(fds);
}
static int a_pair(void) {
  int fds[2];
  return socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
}
static int an_eventfd(void) { return eventfd(0, 0); }

int main(void) {
  struct rlimit limit;
  exhaust("files", a_file);
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max < 100000 ? limit.rlim_max : 100000;
  setrlimit(RLIMIT_NOFILE, &limit);
  exhaust("files", a_file);
  exhaust("pipes", a_pipe);
  exhaust("sockets", a_pair);
  exhaust("eventfds", an_eventfd);
  printf("open: %d\n", a_file());
  return 0;
}

/* F_GETFL and F_SETFL: which flags are told, which may change, on which kinds of files. */
#include "../files.h"
#include <sys/eventfd.h>

static void told(const char *what, int fd) { printf("%s: %o\n", what, fcntl(fd, F_GETFL)); }

int main(void) {
  int p[2], fd;
  put("f", "x");
  mkdir("d", 0755);
  if (symlink("f", "s")) return 1;
  static const int flags[] = {O_RDONLY, O_WRONLY, O_RDWR, 3, O_APPEND, O_NONBLOCK, O_SYNC, O_DSYNC, O_ASYNC,
                              O_NOATIME, O_CLOEXEC, O_CREAT, O_TRUNC, O_EXCL, O_NOCTTY, O_NOFOLLOW, 1 << 27};
  for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
    fd = open("f", flags[i], 0600);
    printf("%o -> ", flags[i]);
    told("", fd);
    close(fd);
  }
  told("directory", open("d", O_RDONLY | O_DIRECTORY));
  told("no directory flag", open("d", O_RDONLY));
  fd = open("f", O_RDWR);
  CALL(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK | O_NOATIME));
  told("set", fd);
  CALL(fcntl(fd, F_SETFL, O_SYNC | O_DSYNC | O_DIRECTORY | O_NOFOLLOW | O_WRONLY | O_CREAT | O_CLOEXEC));
  told("not changeable", fd);
  CALL(fcntl(fd, F_SETFL, -1L & ~O_DIRECT & ~O_ASYNC));
  told("all", fd);
  CALL(fcntl(fd, F_SETFL, 0));
  told("none", fd);
  if (pipe2(p, O_CLOEXEC | O_NONBLOCK)) return 1;
  told("pipe", p[0]);
  told("pipe", p[1]);
  CALL(fcntl(p[0], F_SETFL, O_APPEND));
  told("pipe set", p[0]);
  told("eventfd", eventfd(0, EFD_NONBLOCK));
  told("null", open("/dev/null", O_RDWR));
  return 0;
}

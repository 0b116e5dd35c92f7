/* fstat(2) of what has no name: kind, mode and link count. */
#include "../files.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>

static void kind(const char *what, int fd) {
  struct stat st;
  if (fstat(fd, &st)) {
    printf("%s: %s\n", what, strerrorname_np(errno));
    return;
  }
  printf("%s: %o links %d size %ld owner %d:%d rdev %d:%d blocks %ld\n", what, st.st_mode, (int)st.st_nlink,
         (long)st.st_size, st.st_uid, st.st_gid, major(st.st_rdev), minor(st.st_rdev), (long)st.st_blocks);
}

int main(void) {
  int p[2], s[2];
  sigset_t none;
  sigemptyset(&none);
  if (pipe(p) || socketpair(AF_UNIX, SOCK_DGRAM, 0, s)) return 1;
  kind("pipe", p[0]);
  kind("pipe", p[1]);
  kind("socket", s[0]);
  kind("eventfd", eventfd(0, 0));
  kind("epoll", epoll_create1(0));
  kind("inotify", inotify_init1(0));
  kind("signalfd", signalfd(-1, &none, 0));
  kind("timerfd", timerfd_create(CLOCK_MONOTONIC, 0));
  kind("memfd", memfd_create("m", 0));
  kind("null", open("/dev/null", O_RDWR));
  kind("zero", open("/dev/zero", O_RDWR));
  kind("full", open("/dev/full", O_RDWR));
  kind("closed", NO_FD);
  CALL(write(p[1], "x", 1));
  kind("pipe with data", p[0]);
  int fd = open("f", O_RDWR | O_CREAT, 0600);
  unlink("f");
  kind("unlinked", fd);
  CALL(fchmod(fd, 0640));
  CALL(fchown(p[0], 1, 2));
  kind("pipe", p[1]);
  CALL(fchmod(s[0], 0600));
  struct stat a, b;
  fstat(p[0], &a);
  fstat(p[1], &b);
  CALL(a.st_ino == b.st_ino && a.st_dev == b.st_dev);
  fstat(s[0], &a);
  fstat(s[1], &b);
  CALL(a.st_ino == b.st_ino);
  return 0;
}

/* Which error is told where several apply: the order in which Linux looks at arguments. */
#include "../check.h"

#include <linux/falloc.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/xattr.h>

int main(void) {
  int fds[2], file = open("file", O_RDWR | O_CREAT, 0600), reader = open("file", O_RDONLY);
  int place = open("file", O_PATH), dir = open(".", O_RDONLY), counter = eventfd(0, EFD_NONBLOCK);
  loff_t minus = -5;
  char bytes[4096];
  pipe2(fds, O_NONBLOCK);
  mkdir("dir", 0700);

  CALL(flock(NO_FD, 0));
  CALL(flock(place, LOCK_SH));
  CALL(flock(counter, LOCK_EX));
  CALL(flock(epoll_create1(0), LOCK_SH | LOCK_NB));
  CALL(fallocate(reader, FALLOC_FL_KEEP_SIZE | FALLOC_FL_INSERT_RANGE, 0, 1));
  CALL(fallocate(reader, FALLOC_FL_ZERO_RANGE | FALLOC_FL_COLLAPSE_RANGE, 0, 1));
  CALL(fallocate(reader, FALLOC_FL_PUNCH_HOLE, 0, 1));
  CALL(fallocate(reader, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 0, 1));
  CALL(sync_file_range(fds[0], 0x7ffffffffffffff0, 4096, 0));
  CALL(sync_file_range(fds[0], 0, 4096, 0));

  struct timespec wrong[2] = {{0, -5}, {0, 0}};
  CALL(utimensat(NO_FD, "file", wrong, 0));
  CALL(utimensat(AT_FDCWD, "missing", wrong, 0));
  CALL(utimensat(AT_FDCWD, "file", wrong, 0x800));
  CALL(utimensat(AT_FDCWD, "file", wrong, 0));
  CALL(syscall(SYS_utimensat, AT_FDCWD, NULL, NULL, AT_EMPTY_PATH));
  CALL(syscall(SYS_utimensat, NO_FD, NULL, wrong, 0));

  CALL(sendfile(fds[1], fds[0], &minus, 5));
  CALL(sendfile(NO_FD, file, &minus, 5));
  CALL(sendfile(fds[0], file, NULL, 5));
  CALL(copy_file_range(file, NULL, place, NULL, 5, 4));
  CALL(copy_file_range(file, (loff_t *)BAD, file, NULL, 5, 4));
  CALL(copy_file_range(file, NULL, file, NULL, 5, 4));
  CALL(splice(fds[0], NULL, file, NULL, -1, 0));
  CALL(splice(file, NULL, fds[1], NULL, -1, 0));
  while (write(fds[1], "x", 1) == 1) {
  }
  CALL(sendfile(fds[1], file, NULL, 0));
  while (read(fds[0], &bytes, sizeof bytes) > 0) {
  }
  CALL(sendfile(fds[1], fds[0], NULL, 0));
  CALL(sendfile(fds[1], fds[0], NULL, 1));
  CALL(readahead(file, 0, -1));

  struct flock lock = {.l_type = F_WRLCK, .l_pid = 1};
  CALL(fcntl(reader, F_OFD_SETLK, &lock));
  CALL(fcntl(file, F_OFD_SETLK, &lock));
  CALL(fcntl(dir, F_SETFL, O_DIRECT));
  CALL(fcntl(counter, F_SETFL, O_DIRECT));

  struct itimerspec timer = {{0, 0}, {5, 0}};
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  CALL(syscall(SYS_timerfd_settime, NO_FD, 99, BAD, NULL));
  CALL(timerfd_settime(fd, 0, &timer, (struct itimerspec *)BAD));
  CALL(timerfd_gettime(fd, &timer));
  printf("armed %d\n", timer.it_value.tv_sec > 0 || timer.it_value.tv_nsec > 0);
  CALL(syscall(SYS_signalfd4, -1, BAD, 8, 0x10));

  fd_set set;
  struct timeval now = {0, 0};
  FD_ZERO(&set);
  FD_SET(place, &set);
  CALL(select(place + 1, NULL, NULL, &set, &now));
  CALL(syscall(SYS_poll, 1ul << 63, 0, 0));

  CALL(rename("missing/x", (char *)BAD));
  CALL(renameat(AT_FDCWD, "missing/x", NO_FD, "y"));
  char longer[300] = "";
  memset(longer, 110, 256);
  CALL(rename("missing", longer));
  CALL(mkdir(longer, 0700));
  CALL(unlink(longer));
  CALL(syscall(SYS_renameat2, AT_FDCWD, BAD, AT_FDCWD, BAD, 99));
  CALL(faccessat(NO_FD, "", R_OK, 0));
  CALL(symlinkat("", NO_FD, "x"));
  CALL(openat(NO_FD, "x", O_DIRECTORY | O_CREAT, 0600));

  CALL(setxattr("/dev/null", "user.", "x", 1, 0));
  CALL(getxattr("/dev/null", "user.", NULL, 0));
  CALL(setxattr("file", "nothing.x", "x", 1, 0));
  CALL(setxattr("file", "user.", "x", 1, 0));
  CALL(fsetxattr(counter, "security.x", "x", 1, 0));
  CALL(setxattr("file", "system.posix_acl_access", "0123456789", 10, 0));
  return 0;
}

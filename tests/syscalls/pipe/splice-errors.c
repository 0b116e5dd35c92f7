/* splice(2), tee(2), vmsplice(2), sendfile(2): what they refuse. */
#include "../check.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

int main(void) {
  int a[2], b[2];
  if (pipe2(a, O_NONBLOCK) || pipe2(b, O_NONBLOCK)) return 1;
  put("file", "0123456789");
  int fd = open("file", O_RDWR), rd = open("file", O_RDONLY), app = open("file", O_WRONLY | O_APPEND);
  int dir = open(".", O_RDONLY), event = eventfd(1, EFD_NONBLOCK), path = open("file", O_PATH);
  loff_t off = 0, negative = -1;
  CALL(splice(NO_FD, NULL, a[1], NULL, 1, 0));
  CALL(splice(NO_FD, NULL, a[1], NULL, 0, 0x100));
  CALL(splice(fd, NULL, NO_FD, NULL, 1, 0));
  CALL(splice(fd, NULL, a[1], NULL, 1, 0x10));
  CALL(splice(fd, NULL, fd, NULL, 1, 0));
  CALL(splice(path, NULL, a[1], NULL, 1, 0));
  CALL(splice(fd, &off, a[1], &off, 1, 0));
  CALL(splice(a[0], &off, fd, NULL, 1, 0));
  CALL(splice(fd, BAD, a[1], NULL, 1, 0));
  CALL(splice(fd, &negative, a[1], NULL, 1, 0));
  CALL(splice(fd, NULL, a[0], NULL, 1, 0));
  CALL(splice(a[1], NULL, fd, NULL, 1, 0));
  CALL(splice(a[0], NULL, rd, NULL, 1, 0));
  CALL(splice(a[0], NULL, fd, NULL, 1, 0));
  CALL(write(a[1], "x", 1));
  CALL(splice(a[0], NULL, app, NULL, 1, 0));
  CALL(splice(a[0], NULL, a[1], NULL, 1, 0));
  CALL(splice(dir, NULL, b[1], NULL, 1, 0));
  CALL(splice(event, NULL, b[1], NULL, 8, 0));
  CALL(splice(a[0], NULL, event, NULL, 8, 0));
  CALL(splice(a[0], NULL, fd, &negative, 1, 0));
  CALL(tee(a[0], b[1], 1, 0x10));
  CALL(tee(a[0], a[1], 1, 0));
  CALL(tee(fd, b[1], 1, 0));
  CALL(tee(a[0], fd, 1, 0));
  CALL(tee(a[1], b[1], 1, 0));
  CALL(tee(a[0], NO_FD, 1, 0));
  CALL(tee(a[0], a[1], 0, 0));
  struct iovec vector = {BAD, 1}, good = {"abc", 3};
  CALL(vmsplice(fd, &good, 1, 0));
  CALL(vmsplice(NO_FD, &good, 1, 0));
  CALL(vmsplice(b[1], &good, 1, 0x10));
  CALL(vmsplice(b[1], &vector, 1, 0));
  CALL(vmsplice(b[1], BAD, 1, 0));
  CALL(vmsplice(b[1], &good, 1025, 0));
  CALL(vmsplice(b[1], &good, 0, 0));
  CALL(sendfile(fd, a[0], NULL, 1));
  CALL(sendfile(fd, a[0], &off, 1));
  CALL(sendfile(rd, fd, NULL, 1));
  CALL(sendfile(app, fd, NULL, 1));
  CALL(sendfile(fd, dir, NULL, 1));
  CALL(sendfile(fd, dir, NULL, 0));
  CALL(sendfile(fd, event, NULL, 0));
  CALL(sendfile(b[1], fd, BAD, 1));
  CALL(sendfile(b[1], fd, &negative, 1));
  loff_t last = 0x7fffffffffffffff;
  CALL(sendfile(fd, fd, &last, 1));
  CALL(sendfile(b[1], fd, &last, 1));
  CALL(splice(fd, &last, b[1], NULL, 65536, 0));
  CALL(splice(fd, &last, b[1], NULL, 1, 0));
  CALL(splice(fd, &last, b[1], NULL, 0, 0));
  CALL(splice(a[0], NULL, fd, &last, 1, 0));
  CALL(sendfile(NO_FD, fd, &last, 1));
  CALL(sendfile(b[1], NO_FD, NULL, 1));
  CALL(sendfile(NO_FD, fd, NULL, 1));
  CALL(sendfile(b[1], fd, NULL, 0));
  /* A descriptor of a process has places, and nothing to splice: room is asked for in between. */
  int self = syscall(SYS_pidfd_open, getpid(), 0), full[2];
  if (pipe2(full, O_NONBLOCK)) return 1;
  CALL(splice(self, &off, b[1], NULL, 1, 0));
  CALL(splice(self, NULL, b[1], NULL, 1, 0));
  CALL(splice(a[0], NULL, self, &off, 1, 0));
  CALL(fcntl(full[1], F_SETPIPE_SZ, 1));
  CALL(write(full[1], "x", 1));
  CALL(splice(self, &off, full[1], NULL, 1, 0));
  CALL(splice(event, &off, full[1], NULL, 1, 0));
  close(b[0]);
  signal(SIGPIPE, SIG_IGN);
  CALL(splice(fd, NULL, b[1], NULL, 1, 0));
  CALL(tee(a[0], b[1], 1, 0));
  CALL(vmsplice(b[1], &good, 1, 0));
  CALL(sendfile(b[1], fd, NULL, 1));
  return 0;
}

/* Which files epoll takes. */
#include "../check.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

static int e;
static void try(const char *what, int fd) {
  struct epoll_event event = {EPOLLIN | EPOLLOUT, {.fd = fd}};
  int result = epoll_ctl(e, EPOLL_CTL_ADD, fd, &event);
  if (result) printf("%s: %s\n", what, strerrorname_np(errno));
  else {
    int n = epoll_wait(e, &event, 1, 0);
    printf("%s: %x\n", what, n ? event.events : 0);
    epoll_ctl(e, EPOLL_CTL_DEL, fd, NULL);
  }
  close(fd);
}

int main(void) {
  int p[2], s[2];
  sigset_t set;
  sigemptyset(&set);
  put("file", "x");
  if (pipe(p) || socketpair(AF_UNIX, SOCK_DGRAM, 0, s)) return 1;
  e = epoll_create1(0);
  try("regular", open("file", O_RDWR));
  try("path", open("file", O_PATH));
  try("directory", open(".", O_RDONLY));
  try("null", open("/dev/null", O_RDWR));
  try("zero", open("/dev/zero", O_RDWR));
  try("memfd", memfd_create("m", 0));
  try("pipe", p[0]);
  try("socket", s[0]);
  try("eventfd", eventfd(0, 0));
  try("timerfd", timerfd_create(CLOCK_MONOTONIC, 0));
  try("signalfd", signalfd(-1, &set, 0));
  try("inotify", inotify_init());
  try("epoll", epoll_create1(0));
  try("pidfd", syscall(SYS_pidfd_open, getpid(), 0));
  try("urandom", open("/dev/urandom", O_RDONLY));
  try("proc", open("/proc/self/status", O_RDONLY));
  return 0;
}

/*
 * What every sequence finds: files and descriptors of every kind, a child that waits, handlers.
 * The root is a file system in memory of its own, so nothing that is written stays, and nothing else can be reached.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

int child_pid;
static timer_t watchdog;

static void need(int ok, const char *what) {
  if (ok) return;
  say("setup: %s: %s\n", what, strerrorname_np(errno));
  _exit(9);
}

static void put(const char *name, size_t size, mode_t mode) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  need(fd >= 0, name);
  for (size_t i = 0; i < size; i += 10) need(write(fd, "0123456789", size - i < 10 ? size - i : 10) > 0, name);
  need(fchmod(fd, mode) == 0, name);
  close(fd);
}

static void chain(int length) {
  char name[32], target[32];
  for (int i = length; i > 0; i--) {
    snprintf(name, sizeof name, i == length ? "chain%d" : "chain%d-%d", length, i);
    snprintf(target, sizeof target, "chain%d-%d", length, i - 1);
    need(symlink(i == 1 ? "file" : target, name) == 0, name);
  }
}

/* Called once per sequence by root, in the empty new file system. */
void make_world(void) {
  umask(0);
  need(chmod(".", 0777) == 0, "root");
  put("file", 10000, 0666);
  put("readonly", 100, 0444);
  put("closed", 100, 0);
  put("exe", 100, 0755);
  put("big", 200000, 0666);
  put("empty", 0, 0666);
  put("xattr", 10, 0666);
  need(setxattr("xattr", "user.one", "value", 5, 0) == 0, "xattr");
  need(mkdir("dir", 0777) == 0 && mkdir("dir/sub", 0777) == 0, "dir");
  put("dir/file", 50, 0666);
  need(mkdir("private", 0700) == 0, "private");
  put("private/file", 5, 0600);
  need(mkdir("sticky", 01777) == 0, "sticky");
  put("sticky/other", 5, 0666);
  put("sticky/mine", 5, 0666);
  need(chown("sticky/mine", 1000, 1000) == 0, "chown");
  need(symlink("file", "link") == 0 && symlink("dir", "dirlink") == 0, "links");
  need(symlink("nothing", "dangling") == 0 && symlink("loop", "loop") == 0, "links");
  need(link("file", "hard") == 0, "hard");
  chain(8);
  chain(39);
  chain(41);
  need(mkfifo("fifo", 0666) == 0, "fifo");
  for (int i = 0; i < 20; i++) {
    char name[8];
    snprintf(name, sizeof name, "dir/d%d", i);
    put(name, 0, 0644);
  }
}

static void at(int want, int fd, const char *what) {
  need(fd >= 0, what);
  if (fd == want) return;
  need(dup3(fd, want, 0) == want, what);
  close(fd);
}

static void pair(int first, int type, const char *what) {
  int fds[2];
  need(socketpair(AF_UNIX, type, 0, fds) == 0, what);
  at(first, fds[0], what);
  if (fds[1] != first) at(first + 1, fds[1], what);
}

static int bound(int type, const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, type, 0);
  strcpy(name.sun_path, path);
  need(bind(fd, (struct sockaddr *)&name, offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1) == 0, path);
  return fd;
}

static void handler(int signo) { (void)signo; }

static void open_descriptors(void) {
  int fds[2];
  sigset_t set;
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = 77};

  at(0, open("file", O_RDWR), "0");
  at(1, open("file", O_RDONLY), "1");
  at(2, open("file", O_WRONLY | O_APPEND), "2");
  at(3, open("dir", O_RDONLY | O_DIRECTORY), "3");
  at(4, open("file", O_PATH), "4");
  at(5, open("dir", O_PATH), "5");
  need(pipe(fds) == 0 && fds[0] == 6 && fds[1] == 7, "pipe");
  need(pipe2(fds, O_NONBLOCK) == 0 && fds[0] == 8 && fds[1] == 9, "pipe2");
  need(write(9, "pipe", 4) == 4, "pipe2");
  pair(10, SOCK_STREAM, "10");
  pair(12, SOCK_DGRAM | SOCK_NONBLOCK, "12");
  pair(14, SOCK_SEQPACKET | SOCK_NONBLOCK, "14");
  at(16, bound(SOCK_STREAM | SOCK_NONBLOCK, "sock"), "16");
  need(listen(16, 3) == 0, "listen");
  at(17, socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), "17");
  at(18, bound(SOCK_DGRAM | SOCK_NONBLOCK, "dsock"), "18");
  at(19, eventfd(0, EFD_NONBLOCK), "19");
  at(20, eventfd(3, EFD_NONBLOCK | EFD_SEMAPHORE), "20");
  at(21, epoll_create1(0), "21");
  need(epoll_ctl(21, EPOLL_CTL_ADD, 6, &event) == 0 && epoll_ctl(21, EPOLL_CTL_ADD, 8, &event) == 0, "epoll");
  at(22, epoll_create1(EPOLL_CLOEXEC), "22");
  at(23, timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), "23");
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  at(24, signalfd(-1, &set, SFD_NONBLOCK), "24");
  at(25, inotify_init1(IN_NONBLOCK), "25");
  need(inotify_add_watch(25, "dir", IN_ALL_EVENTS) == 1, "inotify");
  at(26, memfd_create("fuzz", MFD_ALLOW_SEALING), "26");
  need(ftruncate(26, 16384) == 0, "memfd");
  at(27, syscall(SYS_pidfd_open, child_pid, 0), "27");
  at(28, open("fifo", O_RDWR | O_NONBLOCK), "28");
  at(29, dup(0), "29");
  at(30, open("dir/sub", O_RDONLY), "30");
  at(31, open("gone", O_RDWR | O_CREAT, 0600), "31");
  need(unlink("gone") == 0, "gone");
}

/* It ends with us, however soon that is. */
static void start_child(void) {
  int fds[2];
  char end;
  need(pipe(fds) == 0, "pipe");
  child_pid = fork();
  if (child_pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close_range(0, ~0u, 0);
    for (;;) pause();
  }
  fuzz_log->child = child_pid;
  close(fds[1]);
  need(read(fds[0], &end, 1) == 0, "child");
  close(fds[0]);
}

/* In the process that makes the calls. Its end is the sequence's. */
void enter_world(void) {
  static const int handled[] = {SIGUSR1, SIGALRM, 34, 41, 64};
  struct sigaction action = {.sa_handler = handler};
  struct rlimit files = {1024, 1024};
  close_range(0, ~0u, 0);
  setrlimit(RLIMIT_NOFILE, &files);
  for (int i = 0; i < 5; i++) sigaction(handled[i], &action, NULL);
  action.sa_flags = 0;
  sigaction(WATCHDOG_SIGNAL, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  start_child();
  open_descriptors();
  map_slots();
  need(mmap((void *)ARENA, ARENA_PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
           (void *)ARENA,
       "arena");
  munmap((void *)(ARENA + 8 * 4096), 4 * 4096);
  mprotect((void *)(ARENA + 12 * 4096), 2 * 4096, PROT_READ);
  mmap((void *)(ARENA + 16 * 4096), 4 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, 26, 0);
  mmap((void *)(ARENA + 20 * 4096), 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, 0, 0);
  start_watchdog();
}

/* A call that waits is interrupted, again and again: the first signal may come before the call begins. */
void start_watchdog(void) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = WATCHDOG_SIGNAL};
  need(timer_create(CLOCK_MONOTONIC, &event, &watchdog) == 0, "timer");
}

void watch(int on) {
  struct itimerspec value = {{0, 40000000}, {0, 40000000}};
  struct itimerspec never = {{0, 0}, {0, 0}};
  timer_settime(watchdog, 0, on ? &value : &never, NULL);
}

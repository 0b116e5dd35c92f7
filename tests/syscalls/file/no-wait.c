/* RWF_NOWAIT: which files know it. */
#include "../check.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

static char text[16] = "0123456789";

static void both(const char *what, int reader, int writer) {
  struct iovec vector = {text, 8};
  printf("-- %s\n", what);
  CALL(preadv2(reader, &vector, 1, -1, RWF_NOWAIT));
  CALL(pwritev2(writer, &vector, 1, -1, RWF_NOWAIT));
  CALL(preadv2(reader, &vector, 1, -1, RWF_NOWAIT));
}

int main(void) {
  int fds[2];
  pipe(fds);
  both("pipe", fds[0], fds[1]);
  mkfifo("fifo", 0600);
  int fifo = open("fifo", O_RDWR);
  both("fifo", fifo, fifo);
  fcntl(fifo, F_SETFL, O_NONBLOCK);
  both("fifo that does not block", fifo, fifo);
  socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
  both("stream", fds[0], fds[1]);
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds);
  both("packets", fds[0], fds[1]);
  int event = eventfd(0, 0);
  both("eventfd", event, event);
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  both("timerfd", timer, timer);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  int signals = signalfd(-1, &set, 0);
  both("signalfd", signals, signals);
  int notify = inotify_init1(IN_NONBLOCK);
  both("inotify", notify, notify);
  int epoll = epoll_create1(0);
  both("epoll", epoll, epoll);
  int null = open("/dev/null", O_RDWR);
  both("null", null, null);
  int zero = open("/dev/zero", O_RDWR);
  both("zero", zero, zero);
  int full = open("/dev/full", O_RDWR);
  both("full", full, full);
  int random = open("/dev/urandom", O_RDONLY);
  both("urandom", random, random);
  int memory = memfd_create("memory", 0);
  both("memfd", memory, memory);
  int status = open("/proc/self/status", O_RDONLY);
  both("proc", status, status);
  int folder = open(".", O_RDONLY | O_DIRECTORY);
  both("directory", folder, folder);
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  both("pty", master, master);
  return 0;
}

/* The queue: repeated events are one, small buffers, FIONREAD, overflow, blocking reads. */
#include "inotify.h"
#include <poll.h>

static void later(void) {
  sleep_ms(50);
  put("d/late", "");
}
static void caught(int signo) { (void)signo; }

int main(void) {
  char buffer[1000];
  int n = -1;
  mkdir("d", 0755);
  put("d/f", "x");
  watch_start();
  struct pollfd p = {watcher, POLLIN | POLLOUT, 0};
  CALL(poll(&p, 1, 0));
  watch("d", IN_ALL_EVENTS);
  int fd = open("d/f", O_WRONLY);
  for (int i = 0; i < 5; i++)
    if (write(fd, "y", 1) != 1) return 1;
  close(fd);
  CALL(poll(&p, 1, 0));
  CALL(p.revents);
  CALL(ioctl(watcher, FIONREAD, &n));
  CALL(n);
  CALL(read(watcher, buffer, 16));
  CALL(read(watcher, buffer, 31));
  CALL(read(watcher, buffer, 32));
  CALL(read(watcher, buffer, 63));
  CALL(write(watcher, "x", 1));
  CALL(lseek(watcher, 0, SEEK_SET));
  CALL(pread(watcher, buffer, 100, 0));
  CALL(read(watcher, buffer, 0));
  events("rest");
  CALL(ioctl(watcher, FIONREAD, &n));
  CALL(n);
  CALL(read(watcher, buffer, 1000));
  CALL(fcntl(watcher, F_SETFL, 0));
  pid_t pid = start(later);
  CALL(read(watcher, buffer, 1000) > 0);
  waitpid(pid, NULL, 0);
  on_signal(SIGALRM, caught, 0);
  sleep_ms(20);
  CALL(fcntl(watcher, F_SETFL, O_NONBLOCK));
  while (read(watcher, buffer, 1000) > 0) {
  }
  CALL(fcntl(watcher, F_SETFL, 0));
  ualarm(30000, 0);
  CALL(read(watcher, buffer, 1000));
  CALL(fcntl(watcher, F_SETFL, O_NONBLOCK));
  /* 16,384 events fit. */
  for (int i = 0; i < 10000; i++) {
    chmod("d/f", 0600);
    close(open("d/f", O_RDONLY));
  }
  long events_read = 0;
  struct inotify_event last = {0};
  static char big[65536] __attribute__((aligned(8)));
  for (ssize_t got; (got = read(watcher, big, sizeof big)) > 0;)
    for (ssize_t at = 0; at < got;) {
      struct inotify_event *e = (void *)(big + at);
      events_read++;
      last = *e;
      at += sizeof *e + e->len;
    }
  CALL(events_read > 1000);
  printf("last: wd %d mask %x len %d\n", last.wd, last.mask, (int)last.len);
  return 0;
}

/* timerfd: absolute times, old values, intervals counted, epoll, blocking reads, changed while waited for. */
#include "../check.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
static int fd;
static void show(const char *what, struct itimerspec *v) {
  printf("%s: armed %d interval %ld\n", what, v->it_value.tv_sec > 0 || v->it_value.tv_nsec > 0, v->it_interval.tv_nsec);
}
static void child_reads(void) {
  uint64_t n = 0;
  CALL(read(fd, &n, 8));
  printf("expiries %d\n", n >= 1);
}
int main(void) {
  CALL(timerfd_create(99, 0));
  CALL(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
  CALL(timerfd_create(CLOCK_MONOTONIC, 4));
  fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec v = {{0, 0}, {0, 1000000000}}, old;
  uint64_t n = 0;
  CALL(timerfd_settime(fd, 0, &v, NULL));
  v.it_value.tv_nsec = 1;
  CALL(timerfd_settime(fd, 8, &v, NULL));
  CALL(timerfd_settime(0, 0, &v, NULL));
  CALL(timerfd_settime(NO_FD, 0, &v, NULL));
  CALL(timerfd_settime(fd, 0, BAD, NULL));
  CALL(timerfd_gettime(fd, BAD));
  CALL(read(fd, &n, 8));
  CALL(read(fd, &n, 4));
  CALL(write(fd, &n, 8));
  CALL(timerfd_settime(fd, TFD_TIMER_ABSTIME, &v, NULL)); /* Long past. */
  struct pollfd entry = {fd, POLLIN, 0};
  CALL(poll(&entry, 1, 1000));
  CALL(read(fd, &n, 8));
  CALL(n);
  v = (struct itimerspec){{0, 10000000}, {0, 10000000}};
  CALL(timerfd_settime(fd, 0, &v, &old));
  show("old", &old);
  sleep_ms(75);
  CALL(read(fd, &n, 8));
  printf("several %d\n", n >= 5);
  CALL(timerfd_gettime(fd, &old));
  show("now", &old);
  v.it_value.tv_nsec = 0;
  CALL(timerfd_settime(fd, 0, &v, &old));
  show("old", &old);
  CALL(timerfd_gettime(fd, &old));
  show("disarmed", &old);
  CALL(read(fd, &n, 8));
  fcntl(fd, F_SETFL, 0);
  pid_t pid = start(child_reads);
  sleep_ms(20);
  v = (struct itimerspec){{0, 0}, {0, 10000000}};
  CALL(timerfd_settime(fd, 0, &v, NULL));
  waitpid(pid, NULL, 0);
  CALL(timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &v, NULL));
  CALL(ioctl(fd, 0x5421, &(int){1}));
  CALL(read(fd, &n, 8) == 8 || errno == EAGAIN);
  return 0;
}

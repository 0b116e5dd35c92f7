/* timerfd_create(2), timerfd_settime(2). */
#include "../check.h"
#include <poll.h>
#include <sys/timerfd.h>

int main(void) {
  CALL(timerfd_create(99, 0));
  CALL(timerfd_create(CLOCK_MONOTONIC, 1));
  CALL(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  struct itimerspec when = {{0, 0}, {0, 2000000000}};
  uint64_t count = 0;
  CALL(timerfd_settime(fd, 0, &when, NULL));
  CALL(syscall(SYS_timerfd_settime, 0, 0, BAD, NULL));
  CALL(timerfd_settime(fd, 8, &when, NULL));
  when.it_value.tv_nsec = 0;
  CALL(timerfd_settime(1, 0, &when, NULL));
  CALL(timerfd_settime(NO_FD, 0, &when, NULL));
  CALL(read(fd, &count, 8));
  CALL(read(fd, &count, 7));
  CALL(write(fd, &count, 8));
  CALL(timerfd_gettime(fd, &when));
  when = (struct itimerspec){{0, 10000000}, {0, 10000000}};
  timerfd_settime(fd, 0, &when, NULL);
  struct pollfd entry = {fd, POLLIN, 0};
  CALL(poll(&entry, 1, 1000));
  sleep_ms(50);
  CALL(read(fd, &count, 8));
  printf("several %d\n", count >= 3);
  when = (struct itimerspec){{0, 0}, {0, 1}};
  CALL(timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL)); /* Long ago. */
  CALL(read(fd, &count, 8));
  printf("once %d\n", (int)count);
  CALL(lseek(fd, 0, SEEK_SET));
  return 0;
}

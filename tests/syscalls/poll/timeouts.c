/* Times of ppoll(2) and pselect(2) are written back; select(2) takes too many microseconds. */
#include "../check.h"
#include <poll.h>
#include <sys/select.h>

int main(void) {
  int p[2];
  char c;
  if (pipe(p)) return 1;
  write(p[1], "x", 1);
  struct pollfd fd = {p[0], POLLIN, 0};
  struct timespec t = {10, 0};
  CALL(syscall(SYS_ppoll, &fd, 1, &t, NULL, 8));
  printf("%d\n", t.tv_sec == 9 || (t.tv_sec == 10 && t.tv_nsec == 0));
  fd_set in;
  FD_ZERO(&in);
  FD_SET(p[0], &in);
  t = (struct timespec){10, 0};
  CALL(syscall(SYS_pselect6, p[0] + 1, &in, NULL, NULL, &t, NULL));
  printf("%d\n", t.tv_sec == 9 || (t.tv_sec == 10 && t.tv_nsec == 0));
  read(p[0], &c, 1);
  t = (struct timespec){0, 10000000};
  CALL(syscall(SYS_ppoll, &fd, 1, &t, NULL, 8));
  printf("%ld %ld\n", t.tv_sec, t.tv_nsec);
  t = (struct timespec){0, 10000000};
  CALL(syscall(SYS_pselect6, p[0] + 1, &in, NULL, NULL, &t, NULL));
  printf("%ld %ld\n", t.tv_sec, t.tv_nsec);
  struct timeval tv = {0, 10000};
  CALL(select(0, NULL, NULL, NULL, &tv));
  printf("%ld %ld\n", tv.tv_sec, tv.tv_usec);
  FD_SET(p[1], &in);
  tv = (struct timeval){0, 3500000};
  fd_set out;
  FD_ZERO(&out);
  FD_SET(p[1], &out);
  CALL(syscall(SYS_select, p[1] + 1, NULL, &out, NULL, &tv));
  printf("%d\n", tv.tv_sec == 3 && tv.tv_usec > 300000);
  /* A time that cannot be written is nobody's error. */
  struct timespec *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  page->tv_nsec = 1000;
  mprotect(page, 4096, PROT_READ);
  CALL(syscall(SYS_ppoll, NULL, 0, page, NULL, 8));
  CALL(syscall(SYS_pselect6, 0, NULL, NULL, NULL, page, NULL));
  t = (struct timespec){0, 1000000000};
  CALL(syscall(SYS_ppoll, NULL, 0, &t, NULL, 8));
  CALL(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &t, NULL));
  CALL(syscall(SYS_pselect6, 0, NULL, NULL, NULL, BAD, NULL));
  CALL(syscall(SYS_pselect6, 0, NULL, NULL, NULL, NULL, BAD));
  return 0;
}

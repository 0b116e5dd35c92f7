/* The greatest counts of an eventfd, and what poll says of them. */
#include "../check.h"
#include <poll.h>
#include <sys/eventfd.h>

static int fd;
static void show(void) {
  struct pollfd p = {fd, POLLIN | POLLOUT | POLLPRI, 0};
  poll(&p, 1, 0);
  printf("poll %x\n", p.revents);
}
static void add(uint64_t v) {
  ssize_t n = write(fd, &v, 8);
  printf("write %llx: %zd %s\n", (unsigned long long)v, n, n < 0 ? strerrorname_np(errno) : "");
  show();
}

int main(void) {
  fd = eventfd(0xffffffffu, EFD_NONBLOCK);
  uint64_t v;
  show();
  CALL(read(fd, &v, 8));
  printf("%llx\n", (unsigned long long)v);
  show();
  add(-1);
  add(-2);
  add(1);
  add(0);
  CALL(read(fd, &v, 8));
  add(-3ULL);
  add(1);
  add(1);
  char buffer[16];
  CALL(write(fd, "1234567", 7));
  CALL(write(fd, BAD, 8));
  CALL(read(fd, BAD, 8));
  CALL(read(fd, buffer, 7));
  return 0;
}

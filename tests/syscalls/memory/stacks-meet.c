/* A MAP_GROWSDOWN mapping grows up to another one, and keeps away from what is none. */
#include "../check.h"

static char *at;
static void touch(void) { *(volatile char *)at = 1; }

int main(void) {
  long page = sysconf(_SC_PAGESIZE);
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, rw = PROT_READ | PROT_WRITE;
  char *p = mmap(NULL, 2048 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  munmap(p, 2048 * page);
  mmap(p + 1000 * page, page, rw, flags | MAP_GROWSDOWN, -1, 0);
  mmap(p + 1010 * page, page, rw, flags | MAP_GROWSDOWN, -1, 0);
  at = p + 1005 * page;
  run("between two that grow", touch);
  mmap(p + 1000 * page, page, rw, flags, -1, 0);
  run("above one that does not", touch);
  mmap(p + 1000 * page, page, PROT_NONE, flags, -1, 0);
  run("above one that nobody may use", touch);
  int fd = open("f", O_RDWR | O_CREAT, 0644);
  mmap(p + 1000 * page, page, rw, flags | MAP_GROWSDOWN, -1, 0);
  CALL(pwrite(fd, p + 1009 * page, 100, 0));
  return 0;
}

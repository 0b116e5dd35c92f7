/* /dev/zero, mapped: private and shared memory without a name. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  int fd = open("/dev/zero", O_RDWR), ro = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_RDWR);
  char *p = mmap(NULL, 2 * P, RW, MAP_PRIVATE, fd, 0), *s = mmap(NULL, 2 * P, RW, MAP_SHARED, fd, 0);
  printf("%d %d\n", p[0], s[P]);
  p[0] = s[0] = 1;
  if (fork() == 0) {
    p[0] = s[0] = 2;
    s[P] = 3;
    _exit(0);
  }
  wait(NULL);
  printf("%d %d %d\n", p[0], s[0], s[P]);
  char *t = mmap(NULL, 2 * P, RW, MAP_SHARED, fd, 0);
  printf("%d\n", t[0]);
  CALL(read(fd, p, P));
  printf("%d\n", p[0]);
  CALL(mmap(NULL, P, RW, MAP_PRIVATE, ro, 0) != MAP_FAILED);
  DONE(mmap(NULL, P, RW, MAP_SHARED, ro, 0));
  CALL(mmap(NULL, P, PROT_READ, MAP_SHARED, ro, 0) != MAP_FAILED);
  DONE(mmap(NULL, P, RW, MAP_PRIVATE, null, 0));
  CALL(mmap(NULL, P, RW, MAP_PRIVATE, fd, 1UL << 30) != MAP_FAILED);
  return 0;
}

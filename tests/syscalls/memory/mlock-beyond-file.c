/* mlock(2) of pages that cannot be had: beyond the end of a file, and without any right. */
#include "../check.h"

#define P 4096

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  ftruncate(fd, P);
  char *p = mmap(NULL, 3 * P, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *q = mmap(NULL, 3 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  CALL(mlock(p, P));
  CALL(mlock(p, 2 * P));
  CALL(mlock(q + P, P));
  CALL(mlock2(q + P, P, MLOCK_ONFAULT));
  mprotect(q, P, PROT_NONE);
  CALL(mlock(q, P));
  CALL(mlock2(q, P, MLOCK_ONFAULT));
  return 0;
}

/* MADV_POPULATE_READ and _WRITE: faults ahead of time, and faults as errno. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static void there(char *p) {
  unsigned char vec[8];
  if (mincore(p, 8 * P, vec)) perror("mincore");
  for (int i = 0; i < 8; i++) putchar(vec[i] & 1 ? '#' : '.');
  putchar('\n');
}

int main(void) {
  char *p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  CALL(madvise(p, 3 * P, MADV_POPULATE_READ));
  CALL(madvise(p + 4 * P, 2 * P, MADV_POPULATE_WRITE));
  there(p);
  printf("%d\n", p[0]);
  CALL(mprotect(p + 2 * P, P, PROT_READ));
  CALL(madvise(p, 8 * P, MADV_POPULATE_WRITE));
  there(p);
  CALL(madvise(p, 8 * P, MADV_POPULATE_READ));
  there(p);
  CALL(mprotect(p + 2 * P, P, PROT_NONE));
  CALL(madvise(p, 8 * P, MADV_POPULATE_READ));
  munmap(p + 3 * P, P);
  CALL(madvise(p + 3 * P, P, MADV_POPULATE_READ));
  int fd = memfd_create("x", 0);
  CALL(ftruncate(fd, 2 * P));
  p = mmap(NULL, 4 * P, RW, MAP_SHARED, fd, 0);
  CALL(madvise(p, 2 * P, MADV_POPULATE_WRITE));
  CALL(madvise(p, 4 * P, MADV_POPULATE_WRITE));
  CALL(madvise(p, 4 * P, MADV_POPULATE_READ));
  p = mmap(NULL, 4 * P, RW, MAP_PRIVATE, fd, 0);
  CALL(madvise(p, 2 * P, MADV_POPULATE_WRITE));
  CALL(madvise(p, 4 * P, MADV_POPULATE_WRITE));
  p = mmap(NULL, P, PROT_WRITE, ANON, -1, 0);
  CALL(madvise(p, P, MADV_POPULATE_READ));
  p = mmap(NULL, P, PROT_EXEC, ANON, -1, 0);
  CALL(madvise(p, P, MADV_POPULATE_READ));
  CALL(madvise(p, P, MADV_POPULATE_WRITE));
  return 0;
}

/* mincore(2): ranges, addresses, results over several mappings. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static unsigned char vec[64];
static void there(int pages) {
  for (int i = 0; i < pages; i++) putchar(vec[i] > 1 ? '?' : vec[i] ? '#' : '.');
  putchar('\n');
}

int main(void) {
  char *p = mmap(NULL, 16 * P, RW, ANON, -1, 0);
  memset(vec, 9, sizeof vec);
  CALL(mincore(p, 1, vec));
  there(2);
  CALL(mincore(p, P + 1, vec));
  there(3);
  CALL(mincore(p + 7, P, vec));
  CALL(mincore(p, 0, BAD));
  CALL(mincore(p + 1, 0, vec));
  CALL(mincore(p, -1, vec));
  CALL(mincore(p, 1UL << 47, vec));
  CALL(mincore((void *)-P, P, vec));
  CALL(mincore(p, 2 * P, BAD));
  p[P] = p[3 * P] = 1;
  mprotect(p + 4 * P, 4 * P, PROT_NONE);
  p[9 * P] = 1;
  CALL(mincore(p, 16 * P, vec));
  there(16);
  mprotect(p + 3 * P, P, PROT_NONE);
  CALL(mincore(p, 16 * P, vec));
  there(16);
  munmap(p + 8 * P, P);
  memset(vec, 9, sizeof vec);
  CALL(mincore(p, 16 * P, vec));
  there(10);
  CALL(mincore(p + 8 * P, P, vec));
  int fd = memfd_create("x", 0);
  CALL(ftruncate(fd, 4 * P));
  CALL(pwrite(fd, "x", 1, 2 * P));
  char *s = mmap(NULL, 8 * P, RW, MAP_SHARED, fd, 0), *v = mmap(NULL, 8 * P, RW, MAP_PRIVATE, fd, 0);
  CALL(mincore(s, 8 * P, vec));
  there(8);
  CALL(mincore(v, 8 * P, vec));
  there(8);
  s[0] = 1;
  CALL(mincore(v, 8 * P, vec));
  there(8);
  CALL(mincore(p, P, (unsigned char *)mmap(NULL, P, PROT_READ, ANON, -1, 0)));
  return 0;
}

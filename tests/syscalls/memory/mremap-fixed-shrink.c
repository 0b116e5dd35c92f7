/* mremap(2) to a fixed place with a smaller size: what goes may lie in other mappings, and the place is free first. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED)
#define FIXED (MREMAP_MAYMOVE | MREMAP_FIXED)

static unsigned char here[16];
static void show(char *p, int pages) {
  for (int i = 0; i < pages; i++) putchar(mincore(p + i * P, P, here) == 0 ? p[i * P] ? p[i * P] : '.' : '-');
  putchar('\n');
}

int main(void) {
  char *p = mmap((void *)0x20000000, 16 * P, RW, ANON, -1, 0);
  for (int i = 0; i < 16; i++) p[i * P] = 'a' + i;
  mprotect(p + 2 * P, P, PROT_READ);
  munmap(p + 4 * P, P);
  show(p, 16);
  DONE(mremap(p + P, 5 * P, P, FIXED, p + 10 * P));
  show(p, 16);
  DONE(mremap(p + 7 * P, 2 * P, P, FIXED, p));
  show(p, 16);
  DONE(mremap(p + 11 * P, 0, P, FIXED, p));
  show(p, 16);
  char *shared = mmap((void *)0x21000000, 4 * P, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  for (int i = 0; i < 4; i++) shared[i * P] = 'A' + i;
  /* A second mapping of the same pages, from the middle; the first stays one. */
  DONE(mremap(shared + P, 0, 2 * P, FIXED, p + 2 * P));
  show(p, 5);
  shared[P] = 'X';
  show(p, 5);
  CALL(mremap(shared, 4 * P, 4 * P, 0) == shared);
  return 0;
}

/* mremap(2): what is refused, and in which order it is looked at. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define FIXED (MREMAP_MAYMOVE | MREMAP_FIXED)
#define STAY (MREMAP_MAYMOVE | MREMAP_DONTUNMAP)

int main(void) {
  char *p = mmap(NULL, 16 * P, RW, ANON, -1, 0);
  char *to = p + 8 * P;
  munmap(p + 4 * P, P);
  DONE(mremap(p + 1, P, P, 0));
  DONE(mremap(p + 1, P, 0, 0));
  DONE(mremap(p, P, 0, MREMAP_MAYMOVE));
  DONE(mremap(p, P, 2 * P, 8));
  DONE(mremap(p, P, P, MREMAP_DONTUNMAP));
  DONE(mremap(p, P, P, MREMAP_DONTUNMAP | MREMAP_FIXED, to));
  DONE(mremap(p, P, 2 * P, STAY));
  DONE(mremap(p, 2 * P, P, STAY));
  DONE(mremap(p, P, P, FIXED, to + 1));
  DONE(mremap(p, P, P, FIXED, (void *)-P));
  DONE(mremap(p, P, P, FIXED, (void *)(1L << 47)));
  DONE(mremap(p, 2 * P, 2 * P, FIXED, p + P));
  DONE(mremap(p, P, 2 * P, FIXED, p));
  DONE(mremap(p + 4 * P, P, P, 0));
  DONE(mremap(p + 4 * P, P, 2 * P, MREMAP_MAYMOVE));
  DONE(mremap(p + 3 * P, 2 * P, 4 * P, MREMAP_MAYMOVE));
  DONE(mremap(p + 3 * P, 2 * P, 2 * P, 0));
  DONE(mremap(p, 0, P, 0));
  DONE(mremap(p, 0, P, MREMAP_MAYMOVE));
  DONE(mremap(p, P, -1, MREMAP_MAYMOVE));
  DONE(mremap(p, P, 1UL << 46, 0));
  DONE(mremap((void *)-P, P, P, 0));
  DONE(mremap(NULL, P, P, MREMAP_MAYMOVE));
  DONE(mremap(p, 1, 1, 0));
  CALL(mremap(p, P, P, 0) == p);
  CALL(mremap(p, 100, 200, 0) == p);
  /* The pages after the old ones are taken, and it may not move. */
  DONE(mremap(p, P, 2 * P, 0));
  DONE(mremap(p + 3 * P, P, 3 * P, 0));
  CALL(mremap(p + 3 * P, P, 2 * P, 0) == p + 3 * P);
  return 0;
}

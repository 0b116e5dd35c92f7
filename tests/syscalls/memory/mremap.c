/* mremap(2). */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *p;
static void touch_5(void) { p[5 * P] = 1; }

int main(void) {
  p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  DONE(mremap(p, 8 * P, 0, 0));
  DONE(mremap(p + 1, P, P, 0));
  DONE(mremap(p, P, 2 * P, 99));
  DONE(mremap(p, P, P, MREMAP_FIXED, p));
  DONE(mremap(p, 16 * P, 20 * P, MREMAP_MAYMOVE));
  p[0] = 42;
  p[2 * P] = 43;
  CALL(mremap(p, 8 * P, 4 * P, 0) == p);
  run("cut off", touch_5);
  p = mremap(p, 4 * P, 64 * P, MREMAP_MAYMOVE);
  printf("%d %d %d\n", p[0], p[2 * P], p[63 * P]);
  char *to = mmap(NULL, 4 * P, RW, ANON, -1, 0);
  to[P] = 1;
  DONE(mremap(p, 4 * P, 4 * P, MREMAP_MAYMOVE | MREMAP_FIXED, p + 2 * P));
  CALL(mremap(p, 4 * P, 4 * P, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
  printf("%d %d %d\n", to[0], to[P], to[2 * P]);
  char *left = mremap(to, 4 * P, 4 * P, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
  printf("%d %d\n", left[0], to[0]);
  DONE(mremap(to, 4 * P, 8 * P, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0));
  DONE(mremap(to, 0, P, MREMAP_MAYMOVE));
  char *shared = mmap(NULL, 2 * P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  shared[0] = 5;
  char *copy = mremap(shared, 0, 2 * P, MREMAP_MAYMOVE);
  copy[1] = 77;
  printf("%d %d\n", shared[1], copy[0]);
  return 0;
}

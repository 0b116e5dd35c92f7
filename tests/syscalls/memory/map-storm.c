/* Many thousand mappings that come and go in all sizes: what is there keeps its contents. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define SLOTS 200

static unsigned seed = 12345;
static unsigned next(void) { return seed = seed * 1103515245 + 12345, seed >> 8; }

int main(void) {
  static char *at[SLOTS];
  static int pages[SLOTS];
  int bad = 0, failed = 0;
  for (int i = 0; i < 20000; i++) {
    int slot = next() % SLOTS;
    char *p = at[slot];
    if (p == NULL) {
      pages[slot] = 1 + next() % 16;
      p = at[slot] = mmap(NULL, pages[slot] * P, RW, next() % 2 ? ANON : MAP_SHARED | MAP_ANONYMOUS, -1, 0);
      if (p == MAP_FAILED) failed++, at[slot] = NULL;
      else p[0] = slot, p[(pages[slot] - 1) * P] = slot;
      continue;
    }
    bad += p[0] != (char)slot;
    bad += p[(pages[slot] - 1) * P] != (char)slot && pages[slot] > 1;
    switch (next() % 4) {
      case 0:
        munmap(p, pages[slot] * P);
        at[slot] = NULL;
        break;
      case 1:
        mprotect(p, P, PROT_READ);
        bad += p[0] != (char)slot;
        mprotect(p, pages[slot] * P, RW);
        break;
      case 2:
        if (pages[slot] > 2) {
          munmap(p + (pages[slot] - 1) * P, P);
          p[(--pages[slot] - 1) * P] = slot;
        }
        break;
      default:
        p = mremap(p, pages[slot] * P, pages[slot] * P, MREMAP_MAYMOVE | MREMAP_FIXED, mmap(NULL, 16 * P, PROT_NONE, ANON, -1, 0));
        if (p == MAP_FAILED) failed++, at[slot] = NULL;
        else at[slot] = p;
    }
  }
  printf("%d wrong, %d failed\n", bad, failed);
  return 0;
}

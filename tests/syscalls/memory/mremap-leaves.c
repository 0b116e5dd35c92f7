/* MREMAP_DONTUNMAP of a part of locked memory: all of the vma is locked no more. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *area;

/* MADV_DONTNEED refuses what is locked. */
static void pages(const char *when) {
  printf("%s:", when);
  for (int i = 0; i < 8; i++) {
    int kept = area[i * P];
    printf(" %d%s", kept, madvise(area + i * P, P, MADV_DONTNEED) ? " locked" : "");
    area[i * P] = (char)kept;
  }
  puts("");
}

int main(void) {
  area = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  for (int i = 0; i < 8; i++) area[i * P] = (char)(i + 1);
  CALL(mlock(area, 6 * P));
  pages("locked");
  char *moved = mremap(area + 2 * P, 2 * P, 2 * P, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
  printf("moved %d %d\n", moved[0], moved[P]);
  CALL(madvise(moved, P, MADV_DONTNEED));
  pages("left");
  CALL(mprotect(area + 2 * P, P, PROT_NONE));
  CALL(mprotect(area + 2 * P, P, RW));
  pages("whole");
  CALL(munmap(area, 8 * P));
  return 0;
}

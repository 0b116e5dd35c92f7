/* MAP_POPULATE, MAP_LOCKED, MAP_NONBLOCK and MADV_POPULATE: what is in memory without having been touched. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static void there(const char *title, char *p, int pages) {
  unsigned char vec[16];
  if (mincore(p, pages * P, vec)) perror("mincore");
  printf("%s: ", title);
  for (int i = 0; i < pages; i++) putchar(vec[i] & 1 ? '#' : '.');
  putchar('\n');
}

int main(void) {
  there("plain", mmap(NULL, 8 * P, RW, ANON, -1, 0), 8);
  there("populated", mmap(NULL, 8 * P, RW, ANON | MAP_POPULATE, -1, 0), 8);
  there("populated for reading", mmap(NULL, 8 * P, PROT_READ, ANON | MAP_POPULATE, -1, 0), 8);
  there("without rights", mmap(NULL, 8 * P, PROT_NONE, ANON | MAP_POPULATE, -1, 0), 8);
  there("not blocking", mmap(NULL, 8 * P, RW, ANON | MAP_POPULATE | MAP_NONBLOCK, -1, 0), 8);
  there("locked", mmap(NULL, 8 * P, RW, ANON | MAP_LOCKED, -1, 0), 8);
  there("shared", mmap(NULL, 8 * P, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0), 8);
  int fd = memfd_create("x", 0);
  CALL(ftruncate(fd, 4 * P));
  there("a file with holes", mmap(NULL, 8 * P, RW, MAP_SHARED, fd, 0), 8);
  there("shorter than the mapping", mmap(NULL, 8 * P, RW, MAP_SHARED | MAP_POPULATE, fd, 0), 8);
  char *p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  CALL(madvise(p + P, 2 * P, MADV_POPULATE_WRITE));
  CALL(madvise(p + 5 * P, P, MADV_POPULATE_READ));
  there("by advice", p, 8);
  CALL(mlock2(p + 3 * P, P, MLOCK_ONFAULT));
  there("locked on fault", p, 8);
  CALL(mlock(p + 3 * P, P));
  there("locked", p, 8);
  CALL(munlock(p + 3 * P, P));
  CALL(madvise(p, 8 * P, MADV_DONTNEED));
  there("not needed", p, 8);
  return 0;
}

/* Mappings of sizes that nobody has memory for, and MAP_FIXED at the ends of the address space. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

int main(void) {
  DONE(mmap(NULL, 1UL << 47, PROT_NONE, ANON, -1, 0));
  DONE(mmap(NULL, 1UL << 62, PROT_NONE, ANON, -1, 0));
  DONE(mmap(NULL, -P, PROT_NONE, ANON, -1, 0));
  DONE(mmap(NULL, ~0UL, PROT_NONE, ANON, -1, 0));
  DONE(mmap(NULL, 1UL << 63, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  DONE(mmap((void *)-P, P, RW, ANON | MAP_FIXED, -1, 0));
  DONE(mmap((void *)(1UL << 63), P, RW, ANON | MAP_FIXED, -1, 0));
  DONE(mmap((void *)((1UL << 47) - P), P, RW, ANON | MAP_FIXED, -1, 0));
  DONE(mmap((void *)((1UL << 47) - P), 2 * P, RW, ANON | MAP_FIXED, -1, 0));
  DONE(mmap((void *)((1UL << 47) - P), P, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0));
  int fd = memfd_create("x", 0);
  DONE(mmap(NULL, P, RW, MAP_SHARED, fd, 1UL << 63));
  DONE(mmap(NULL, 2 * P, RW, MAP_SHARED, fd, -P));
  CALL(mmap(NULL, P, RW, MAP_SHARED, fd, 1L << 50) != MAP_FAILED);
  CALL(munmap(NULL, 1UL << 48));
  CALL(munmap((void *)((1UL << 47) - P), 2 * P));
  CALL(munmap((void *)(1UL << 47), P));
  CALL(munmap((void *)-P, P));
  CALL(munmap((void *)(1UL << 46), P));
  CALL(madvise((void *)(1UL << 46), P, MADV_DONTNEED));
  CALL(msync((void *)(1UL << 46), P, MS_ASYNC));
  CALL(mprotect((void *)(1UL << 46), P, RW));
  return 0;
}

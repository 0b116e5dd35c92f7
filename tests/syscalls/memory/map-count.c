/* vm.max_map_count: as many mappings as that, and ENOMEM for what would make more. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

int main(void) {
  FILE *f = fopen("/proc/sys/vm/max_map_count", "re");
  long max = 0;
  CALL(fscanf(f, "%ld", &max));
  fclose(f);
  char *p = mmap(NULL, (max + 10) * P, PROT_READ, ANON | MAP_NORESERVE, -1, 0);
  CALL(p != MAP_FAILED);
  long done = 0;
  while (mprotect(p + (done * 2 + 1) * P, P, RW) == 0) done++;
  printf("%s, %s\n", strerrorname_np(errno), done * 2 > max - 100 && done * 2 <= max ? "at the limit" : "elsewhere");
  char *at = p + (done * 2 + 1) * P;
  while (mmap(NULL, P, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) done++;
  DONE(mmap(NULL, P, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  CALL(munmap(at + P, P));
  CALL(mprotect(at + 3 * P, P, RW));
  CALL(madvise(at + 5 * P, P, MADV_DONTFORK));
  CALL(mlock(at + 5 * P, P));
  DONE(mremap(p, P, P, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL));
  CALL(mprotect(p, max * P, PROT_READ));
  CALL(munmap(at + P, P));
  DONE(mmap(NULL, P, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  return 0;
}

/* RLIMIT_AS: mmap, mremap, brk, fork and stacks above it. */
#include "../check.h"
#include <sys/resource.h>

#define P 4096
#define MIB (1024L * 1024)
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static long size(void) {
  FILE *f = fopen("/proc/self/statm", "re");
  long pages = 0;
  if (fscanf(f, "%ld", &pages) != 1) return -1;
  fclose(f);
  return pages * P;
}
static int deep(int n) {
  volatile char here[P];
  here[0] = n;
  return n == 0 ? 0 : deep(n - 1) + here[0];
}
static void body(void) { deep(1000); }

int main(void) {
  char *p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  sbrk(16 * P);
  fclose(fopen("/proc/self/statm", "re"));
  struct rlimit r = {size() + MIB, RLIM_INFINITY};
  CALL(setrlimit(RLIMIT_AS, &r));
  DONE(mmap(NULL, 2 * MIB, RW, ANON, -1, 0));
  DONE(mmap(NULL, 2 * MIB, PROT_NONE, ANON | MAP_NORESERVE, -1, 0));
  DONE(mmap(NULL, 2 * MIB, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  char *q = mmap(NULL, MIB / 2, RW, ANON, -1, 0);
  CALL(q != MAP_FAILED);
  DONE(mremap(q, MIB / 2, 2 * MIB, MREMAP_MAYMOVE));
  DONE(sbrk(MIB));
  DONE(mmap(q, MIB / 2, RW, ANON | MAP_FIXED, -1, 0));
  run("a deep stack", body);
  r.rlim_cur = MIB;
  CALL(setrlimit(RLIMIT_AS, &r));
  DONE(mmap(NULL, P, RW, ANON, -1, 0));
  CALL(munmap(p, 8 * P));
  DONE(mmap(q, P, RW, ANON | MAP_FIXED, -1, 0));
  return 0;
}

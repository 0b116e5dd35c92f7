/* Mappings without end: many small ones, split ones, large ones, and changes to all. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

int main(void) {
  int count = 0;
  char *p, *lowest = (char *)-1;
  while ((p = mmap(NULL, 4096, count % 2 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) != MAP_FAILED &&
         count < 200000) {
    if (p < lowest) lowest = p;
    count++;
  }
  printf("mappings: %s\n", p == MAP_FAILED ? strerrorname_np(errno) : "no limit");
  /* Half of them, the latest: nothing else lies between those. */
  munmap(lowest, count / 2 * 4096L);
  count = 0;
  p = mmap(NULL, 1 << 29, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p != MAP_FAILED)
    for (long i = 0; i < 1 << 29; i += 8192)
      if (mprotect(p + i, 4096, PROT_NONE) != 0) break;
      else count++;
  printf("splits: %s\n", count < 65536 ? strerrorname_np(errno) : "no limit");
  for (int i = 0; i < 2000; i++) {
    char *q = mmap(NULL, 1 << 24, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (q == MAP_FAILED) break;
    q[i * 4096] = 1;
    q = mremap(q, 1 << 24, 1 << 25, MREMAP_MAYMOVE);
    if (q == MAP_FAILED) break;
    munmap(q, 1 << 25);
  }
  printf("alive\n");
  return 0;
}

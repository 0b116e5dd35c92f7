/* mprotect(2): ranges over holes and several mappings; what comes before an error is changed. */
#include "../check.h"
#include "maps.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

int main(void) {
  char *p = mmap(NULL, 16 * P, RW, ANON, -1, 0);
  munmap(p + 4 * P, P);
  put("file", "x");
  int ro = open("file", O_RDONLY);
  CALL(mmap(p + 8 * P, 2 * P, PROT_READ, MAP_SHARED | MAP_FIXED, ro, 0) == p + 8 * P);
  show_maps("before", p, 16);
  CALL(mprotect(p + 2 * P, 4 * P, PROT_READ));
  show_maps("up to a hole", p, 16);
  CALL(mprotect(p + 4 * P, P, PROT_READ));
  CALL(mprotect(p + 4 * P, 2 * P, PROT_READ));
  CALL(mprotect(p + 6 * P, 4 * P, RW));
  CALL(mprotect(p + 5 * P, 5 * P, PROT_NONE));
  show_maps("none for three", p, 16);
  CALL(mprotect(p + 5 * P, 8 * P, RW));
  show_maps("up to what may not be written", p, 16);
  CALL(mprotect(p + 1, P, RW));
  CALL(mprotect(p, 1, PROT_READ));
  CALL(mprotect(p, 0, 77));
  CALL(mprotect(p, -1, PROT_READ));
  CALL(mprotect(p, 1UL << 47, PROT_READ));
  CALL(mprotect((void *)-P, P, PROT_READ));
  CALL(mprotect(p, P, 8 | PROT_READ));
  CALL(mprotect(p, P, 0x10));
  CALL(mprotect(p, P, PROT_READ | PROT_WRITE | PROT_EXEC));
  CALL(mprotect(p + 8 * P, P, PROT_READ | PROT_EXEC));
  show_maps("after", p, 16);
  CALL(mprotect(p, 4 * P, PROT_NONE));
  CALL(mprotect(p, 4 * P, RW));
  show_maps("as before", p, 16);
  return 0;
}

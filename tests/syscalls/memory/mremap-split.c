/* mremap(2) of the middle of a mapping: what is left, what moves, what is where. */
#include "../check.h"
#include "maps.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

int main(void) {
  char *area = mmap(NULL, 64 * P, PROT_NONE, ANON, -1, 0);
  char *p = mmap(area + 4 * P, 8 * P, RW, ANON | MAP_FIXED, -1, 0);
  for (int i = 0; i < 8; i++) p[i * P] = 'a' + i;
  show_maps("before", area, 64);
  char *to = area + 32 * P;
  CALL(mremap(p + 2 * P, 3 * P, 3 * P, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
  show_maps("moved three", area, 64);
  printf("%c%c%c\n", to[0], to[P], to[2 * P]);
  CALL(mremap(to, 3 * P, 5 * P, MREMAP_MAYMOVE | MREMAP_FIXED, area + 40 * P) == area + 40 * P);
  show_maps("moved and grown", area, 64);
  to = area + 40 * P;
  printf("%c%c%c%d%d\n", to[0], to[P], to[2 * P], to[3 * P], to[4 * P]);
  CALL(mremap(to, 5 * P, 2 * P, MREMAP_MAYMOVE | MREMAP_FIXED, area + 50 * P) == area + 50 * P);
  show_maps("moved and shrunk", area, 64);
  to = area + 50 * P;
  printf("%c%c\n", to[0], to[P]);
  /* Back to where it was, between its neighbours: one mapping again if the pages fit. */
  CALL(mremap(to, 2 * P, 2 * P, MREMAP_MAYMOVE | MREMAP_FIXED, p + 2 * P) == p + 2 * P);
  show_maps("back", area, 64);
  printf("%c%c%c\n", p[P], p[2 * P], p[3 * P]);
  CALL(mremap(p + 5 * P, 3 * P, 3 * P, MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED, area + 20 * P) == area + 20 * P);
  show_maps("both stay", area, 64);
  printf("%d %c\n", p[5 * P], area[20 * P]);
  return 0;
}

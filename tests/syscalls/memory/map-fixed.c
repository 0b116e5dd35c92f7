/* MAP_FIXED puts away what was there, MAP_FIXED_NOREPLACE refuses, a hint is a hint. */
#include "../check.h"
#include "maps.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define ONLY (ANON | MAP_FIXED_NOREPLACE)

int main(void) {
  char *p = mmap(NULL, 32 * P, PROT_NONE, ANON, -1, 0);
  CALL(mmap(p + 4 * P, 8 * P, RW, ANON | MAP_FIXED, -1, 0) == p + 4 * P);
  memset(p + 4 * P, 'x', 8 * P);
  CALL(mmap(p + 6 * P, 2 * P, PROT_READ, ANON | MAP_FIXED, -1, 0) == p + 6 * P);
  show_maps("in the middle", p, 32);
  printf("%c %d %c\n", p[5 * P], p[6 * P], p[8 * P]);
  CALL(mmap(p + 6 * P, 2 * P, RW, ANON | MAP_FIXED, -1, 0) == p + 6 * P);
  show_maps("as its neighbours", p, 32);
  printf("%d\n", p[7 * P]);
  put("file", "hello");
  int fd = open("file", O_RDONLY);
  CALL(mmap(p + 10 * P, 8 * P, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == p + 10 * P);
  show_maps("over two", p, 32);
  DONE(mmap(p, P, RW, ONLY, -1, 0));
  DONE(mmap(p + 31 * P, 2 * P, RW, ONLY, -1, 0));
  DONE(mmap(p + 1, P, RW, ONLY, -1, 0));
  munmap(p + 20 * P, 4 * P);
  CALL(mmap(p + 20 * P, 4 * P, RW, ONLY, -1, 0) == p + 20 * P);
  DONE(mmap(p + 20 * P, P, RW, ONLY | MAP_FIXED, -1, 0));
  /* A hint that is taken is not obeyed; one that is free is, rounded down. */
  CALL(mmap(p, P, RW, ANON, -1, 0) == p);
  munmap(p + 26 * P, 2 * P);
  CALL(mmap(p + 26 * P + 5, P, RW, ANON, -1, 0) == p + 26 * P);
  DONE(mmap((void *)P, P, RW, ANON, -1, 0));
  /* Failed, so nothing was put away. */
  DONE(mmap(p + 4 * P, P, RW, MAP_SHARED | MAP_FIXED, fd, 0));
  DONE(mmap(p + 4 * P, 0, RW, ANON | MAP_FIXED, -1, 0));
  printf("%c\n", p[4 * P]);
  return 0;
}

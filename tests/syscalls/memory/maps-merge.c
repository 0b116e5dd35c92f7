/* /proc/self/maps: which mappings are one, as they come, go and change. */
#include "../check.h"
#include "maps.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define AT(i, n, prot, flags, fd, off) CALL(mmap(p + (i) * P, (n) * P, prot, (flags) | MAP_FIXED, fd, off) == p + (i) * P)

int main(void) {
  char *p = mmap(NULL, 64 * P, PROT_NONE, ANON, -1, 0);
  munmap(p, 64 * P);
  AT(0, 2, RW, ANON, -1, 0);
  AT(4, 2, RW, ANON, -1, 0);
  show_maps("two", p, 64);
  AT(2, 2, RW, ANON, -1, 0);
  show_maps("one", p, 64);
  AT(6, 2, PROT_READ, ANON, -1, 0);
  show_maps("other rights", p, 64);
  mprotect(p + 6 * P, 2 * P, RW);
  show_maps("the same rights", p, 64);
  munmap(p + 3 * P, P);
  show_maps("a hole", p, 64);
  AT(16, 4, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  AT(20, 4, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  mprotect(p + 17 * P, P, PROT_READ);
  mprotect(p + 17 * P, P, RW);
  put("file", "x");
  int fd = open("file", O_RDWR), same = open("file", O_RDWR);
  CALL(ftruncate(fd, 16 * P));
  AT(32, 2, RW, MAP_SHARED, fd, 0);
  AT(34, 2, RW, MAP_SHARED, fd, 2 * P);
  show_maps("following in the file", p + 32 * P, 32);
  AT(36, 2, RW, MAP_SHARED, fd, 8 * P);
  show_maps("not following", p + 32 * P, 32);
  AT(38, 2, RW, MAP_SHARED, same, 10 * P);
  show_maps("another open file", p + 32 * P, 32);
  AT(48, 2, RW, MAP_PRIVATE, fd, 0);
  AT(50, 2, RW, MAP_PRIVATE, fd, 2 * P);
  p[48 * P] = 1;
  AT(52, 2, RW, MAP_PRIVATE, fd, 4 * P);
  show_maps("private", p + 32 * P, 32);
  munmap(p + 33 * P, P);
  show_maps("cut", p + 32 * P, 8);
  AT(33, 1, RW, MAP_SHARED, fd, P);
  show_maps("filled", p + 32 * P, 8);
  mlock(p + 34 * P, P);
  show_maps("locked", p + 32 * P, 8);
  munlock(p + 32 * P, 4 * P);
  show_maps("unlocked", p + 32 * P, 8);
  madvise(p + 5 * P, P, MADV_DONTFORK);
  show_maps("advised", p, 12);
  madvise(p + 5 * P, P, MADV_DOFORK);
  show_maps("as before", p, 12);
  unlink("file");
  show_maps("deleted", p + 48 * P, 8);
  return 0;
}

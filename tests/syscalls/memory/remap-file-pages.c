/* remap_file_pages(2), which Linux does by mapping anew. */
#include "../check.h"
#include "maps.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  int fd = memfd_create("x", 0);
  CALL(ftruncate(fd, 8 * P));
  for (int i = 0; i < 8; i++)
    if (pwrite(fd, &"abcdefgh"[i], 1, i * P) != 1) return 1;
  char *area = mmap(NULL, 16 * P, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *p = mmap(area + 4 * P, 8 * P, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  CALL(remap_file_pages(p, P, 0, 3, 0));
  CALL(remap_file_pages(p + 4 * P, 2 * P, 0, 0, 0));
  for (int i = 0; i < 8; i++) putchar(p[i * P]);
  putchar('\n');
  show_maps("remapped", area, 16);
  p[0] = 'D';
  printf("%c\n", p[3 * P]);
  CALL(remap_file_pages(p, P, PROT_READ, 3, 0));
  CALL(remap_file_pages(p, 0, 0, 3, 0));
  CALL(remap_file_pages(p - P, P, 0, 3, 0));
  CALL(remap_file_pages(area, P, 0, 3, 0));
  CALL(remap_file_pages(p, 16 * P, 0, 3, 0));
  CALL(remap_file_pages(p, P, 0, -1, 0));
  return 0;
}

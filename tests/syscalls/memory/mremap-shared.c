/* mremap(2) of shared mappings: second mappings of the same pages, and sizes beyond the file. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

static char *p;
static void touch_1(void) { p[P] = 1; }
static void touch_2(void) { p[2 * P] = 1; }

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CALL(ftruncate(fd, 4 * P));
  CALL(pwrite(fd, "zero", 4, 0));
  CALL(pwrite(fd, "two", 3, 2 * P));
  char *a = mmap(NULL, 4 * P, RW, MAP_SHARED, fd, 0);
  a[P] = 'x';
  /* An old size of 0 gives a second mapping, of as many pages as are asked for. */
  char *b = mremap(a, 0, 3 * P, MREMAP_MAYMOVE);
  printf("%.4s %c %.3s\n", b, b[P], b + 2 * P);
  b[0] = 'Z';
  a[2 * P] = 'T';
  printf("%.4s %.3s\n", a, b + 2 * P);
  char *c = mremap(a + 2 * P, 0, P, MREMAP_MAYMOVE);
  printf("%.3s\n", c);
  c[1] = 'W';
  printf("%.3s %.3s\n", a + 2 * P, b + 2 * P);
  CALL(munmap(a, 4 * P));
  printf("%.3s\n", b + 2 * P);
  c = mremap(c, P, 4 * P, MREMAP_MAYMOVE);
  p = c;
  printf("%.3s %d\n", c, c[P]);
  run("second", touch_1);
  run("beyond the file", touch_2);
  CALL(ftruncate(fd, 8 * P));
  run("within the file", touch_2);
  printf("%d\n", c[2 * P]);
  /* Anonymous shared memory has the size that it was made with. */
  p = mmap(NULL, 2 * P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  p[0] = 'q';
  p = mremap(p, 2 * P, 4 * P, MREMAP_MAYMOVE);
  printf("%c\n", p[0]);
  run("the last page it has", touch_1);
  run("beyond its memory", touch_2);
  return 0;
}

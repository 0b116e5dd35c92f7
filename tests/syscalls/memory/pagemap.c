/* /proc/self/pagemap: which pages are present, and whether they are a file's. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static int fd;
static void show(const char *title, char *p, int pages) {
  uint64_t entries[16];
  long n = pread(fd, entries, pages * 8, (uintptr_t)p / P * 8);
  printf("%s: %ld ", title, n);
  for (int i = 0; i < n / 8; i++) {
    int present = entries[i] >> 63 & 1, swapped = entries[i] >> 62 & 1, file = entries[i] >> 61 & 1;
    putchar(swapped ? 's' : !present ? '.' : file ? 'f' : 'a');
  }
  putchar('\n');
}

int main(void) {
  fd = open("/proc/self/pagemap", O_RDONLY);
  CALL(fd >= 0);
  char *p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  show("fresh", p, 8);
  p[P] = p[3 * P] = 1;
  show("two", p, 8);
  mprotect(p + 3 * P, P, PROT_NONE);
  show("without rights", p, 8);
  munmap(p, 2 * P);
  show("a hole", p, 8);
  int file = memfd_create("x", 0);
  CALL(ftruncate(file, 4 * P));
  char *s = mmap(NULL, 4 * P, RW, MAP_SHARED, file, 0), *v = mmap(NULL, 4 * P, RW, MAP_PRIVATE, file, 0);
  s[0] = s[2 * P] = 1;
  show("shared", s, 4);
  v[0] = 1;
  show("private", v, 1);
  CALL(pread(fd, p, 7, 0));
  CALL(pread(fd, p, 8, 4));
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(write(fd, "12345678", 8));
  return 0;
}

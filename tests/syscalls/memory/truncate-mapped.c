/* Files that change their size and their holes while they are mapped. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

static char *p;
static void touch_2(void) { p[2 * P] = 1; }

int main(void) {
  char page[P];
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  memset(page, 'x', P);
  for (int i = 0; i < 4; i++)
    if (write(fd, page, P) != P) return 1;
  p = mmap(NULL, 4 * P, RW, MAP_SHARED, fd, 0);
  char *v = mmap(NULL, 4 * P, RW, MAP_PRIVATE, fd, 0);
  v[P] = 'v';
  p[P + 10] = 'p';
  CALL(ftruncate(fd, P + 5));
  printf("%c %d %c %d\n", p[P + 4], p[P + 5], v[P], v[P + 4]);
  run("behind the end", touch_2);
  p[P + 100] = 'y'; /* Behind the end, in its page: gone when the file grows again. */
  CALL(ftruncate(fd, 4 * P));
  printf("%d %d %d\n", p[P + 10], p[P + 100], p[2 * P]);
  run("grown again", touch_2);
  memset(p, 'z', 4 * P);
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, P + 10, P));
  printf("%c %d %d %c\n", p[P + 9], p[P + 10], p[2 * P + 9], p[2 * P + 10]);
  CALL(pread(fd, page, 3, P + 9));
  printf("%c%d%d\n", page[0], page[1], page[2]);
  CALL(fallocate(fd, 0, 4 * P, P));
  CALL(mremap(p, 4 * P, 5 * P, MREMAP_MAYMOVE) != MAP_FAILED);
  CALL(truncate("file", 0));
  CALL(write(fd, "again", 5));
  struct stat st;
  fstat(fd, &st);
  printf("%ld\n", (long)st.st_size);
  return 0;
}

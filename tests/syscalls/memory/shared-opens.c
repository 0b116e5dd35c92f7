/* One file, mapped through two opens and read and written besides: all see the same bytes at all times. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  char buffer[16] = "";
  int one = open("file", O_RDWR | O_CREAT, 0600), two = open("file", O_RDWR), three = open("file", O_RDONLY);
  CALL(ftruncate(one, 3 * P));
  char *a = mmap(NULL, 3 * P, RW, MAP_SHARED, one, 0);
  char *b = mmap(NULL, 2 * P, RW, MAP_SHARED, two, P);
  char *r = mmap(NULL, 3 * P, PROT_READ, MAP_SHARED, three, 0);
  char *v = mmap(NULL, 3 * P, PROT_READ, MAP_PRIVATE, three, 0);
  close(one);
  strcpy(a + P, "by a");
  printf("%s %s %s\n", b, r + P, v + P);
  strcpy(b, "by b");
  printf("%s %s %s\n", a + P, r + P, v + P);
  CALL(pwrite(two, "by two", 7, P));
  printf("%s %s %s\n", a + P, b, r + P);
  strcpy(a + 2 * P - 4, "over the edge");
  CALL(pread(three, buffer, 14, 2 * P - 4));
  printf("%s, %s\n", buffer, b + P - 4);
  /* In a child, through the mappings that it inherits and one of its own. */
  if (fork() == 0) {
    char *c = mmap(NULL, P, RW, MAP_SHARED, two, 0);
    strcpy(c, "child");
    strcpy(b + P, "CHILD");
    _exit(0);
  }
  wait(NULL);
  printf("%s %s %s\n", a, r + 2 * P, v);
  /* Cut in the middle of a page: the rest is gone for all, and zero when it comes back. */
  CALL(ftruncate(two, 2));
  printf("%s %s\n", a, r);
  CALL(ftruncate(two, 3 * P));
  printf("%s %d %d %d\n", r, a[3], b[0], r[2 * P]);
  CALL(unlink("file"));
  strcpy(b, "still");
  CALL(pread(three, buffer, 6, P));
  printf("%s\n", buffer);
  return 0;
}

/* remap_file_pages(2): pages of a shared mapping in another order. */
#include "../check.h"

#define PAGE 4096

static char *map;

static int remap(char *at, size_t size, int prot, size_t pgoff, int flags) {
  return syscall(SYS_remap_file_pages, at, size, prot, pgoff, flags);
}

static void show(const char *when) {
  printf("%s:", when);
  for (int i = 0; i < 6; i++) printf(" %c", map[i * PAGE]);
  printf("\n");
}

static void fill(void) {
  for (int i = 0; i < 6; i++) map[i * PAGE] = 'a' + i;
}

static void touch_first(void) { map[0] = 'x'; }

int main(void) {
  int fd = memfd_create("pages", 0);
  if (ftruncate(fd, 6 * PAGE) != 0) return 1;
  map = mmap(NULL, 6 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  fill();
  show("fresh");
  CALL(remap(map, PAGE, 0, 5, 0));
  CALL(remap(map + 5 * PAGE, PAGE, 0, 0, 0));
  show("ends exchanged");
  map[0] = 'F';
  char byte;
  CALL(pread(fd, &byte, 1, 5 * PAGE));
  printf("the file has %c\n", byte);
  CALL(remap(map + PAGE, 2 * PAGE, 0, 3, 0));
  show("two pages");
  CALL(remap(map + PAGE, 2 * PAGE, 0, 1, MAP_NONBLOCK));
  show("and back");
  CALL(remap(map + 10, PAGE + 10, 0, 4, 0));
  show("rounded down");
  CALL(remap(map + 2 * PAGE, PAGE, 0, 4, 0));
  show("one page twice");
  map[2 * PAGE] = 'Z';
  show("written through one");

  CALL(remap(map, PAGE, PROT_READ, 0, 0));
  CALL(remap(map, 0, 0, 0, 0));
  CALL(remap(map, 100, 0, 0, 0));
  CALL(remap(map, -PAGE, 0, 0, 0));
  CALL(remap(map, PAGE, 0, -1, 0));
  CALL(remap(NULL, PAGE, 0, 0, 0));
  CALL(remap(map + 5 * PAGE, 64 * PAGE, 0, 0, 0));
  char *private = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CALL(remap(private, PAGE, 0, 0, 0));

  map = mmap(NULL, 6 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  fill();
  CALL(remap(map, 6 * PAGE, 0, 0, 0));
  show("anonymous, all of it");
  CALL(remap(map, 3 * PAGE, 0, 3, 0));
  show("half of it");
  CALL(remap(map, 6 * PAGE, 0, 0, 0));
  show("over two mappings");
  CALL(mprotect(map, PAGE, PROT_READ));
  CALL(remap(map, 2 * PAGE, 0, 0, 0));
  CALL(remap(map, PAGE, 0, 1, 0));
  show("read-only");
  run("writer", touch_first);
}

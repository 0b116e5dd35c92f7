/* MADV_WIPEONFORK and MADV_DONTFORK over two generations, and their opposites. */
#include "../check.h"
#include "maps.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *p;
static void show(const char *who) {
  printf("%s:", who);
  for (int i = 0; i < 6; i++) {
    unsigned char vec;
    if (mincore(p + i * P, P, &vec)) printf(" -");
    else printf(" %d", p[i * P]);
  }
  printf("\n");
}
static void grandchild(void) {
  show("grandchild");
  show_maps("grandchild", p, 6);
}
static void child(void) {
  show("child");
  p[P] = 91;
  if (p[0] == 1) p[3 * P] = 93;
  madvise(p + 4 * P, P, MADV_DONTFORK);
  run("grandchild", grandchild);
}

int main(void) {
  p = mmap(NULL, 6 * P, RW, ANON, -1, 0);
  for (int i = 0; i < 6; i++) p[i * P] = i + 1;
  CALL(madvise(p + P, P, MADV_WIPEONFORK));
  CALL(madvise(p + 2 * P, P, MADV_DONTFORK));
  CALL(madvise(p + 3 * P, P, MADV_WIPEONFORK));
  CALL(madvise(p + 3 * P, P, MADV_KEEPONFORK));
  CALL(madvise(p + 4 * P, 2 * P, MADV_DONTFORK));
  CALL(madvise(p + 4 * P, 2 * P, MADV_DOFORK));
  show_maps("before", p, 6);
  run("child", child);
  show("parent");
  char *s = mmap(NULL, P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CALL(madvise(s, P, MADV_WIPEONFORK));
  CALL(madvise(s, P, MADV_DONTFORK));
  p = s;
  run("shared, not forked", child);
  return 0;
}

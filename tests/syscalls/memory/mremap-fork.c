/* mremap(2) of pages that are shared with a child since fork(2), in either of the two. */
#include "../check.h"

#define P 4096
#define N 8
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *p;
static char *move(char *from) {
  char *to = mmap(NULL, N * P, RW, ANON, -1, 0);
  memset(to, '#', N * P);
  return mremap(from, N * P, N * P, MREMAP_MAYMOVE | MREMAP_FIXED, to);
}
static void show(const char *who, const char *at) {
  printf("%s ", who);
  for (int i = 0; i < N; i++) putchar(at[i * P]);
  putchar('\n');
}

static void child(void) {
  char *q = move(p);
  q[0] = 'c';
  show("child", q);
  if (fork() == 0) {
    q[P] = 'g';
    q = move(q);
    q[2 * P] = 'g';
    show("grandchild", q);
    _exit(0);
  }
  wait(NULL);
  q[3 * P] = 'c';
  show("child", q);
}

int main(void) {
  p = mmap(NULL, N * P, RW, ANON, -1, 0);
  for (int i = 0; i < N; i++) p[i * P] = '0' + i;
  run("moved in the child", child);
  show("parent", p);
  int ends[2];
  if (pipe(ends)) return 1;
  if (fork() == 0) {
    char c;
    if (read(ends[0], &c, 1) != 1) _exit(1);
    show("child of a mover", p);
    p[5 * P] = 'c';
    show("child of a mover", p);
    _exit(0);
  }
  char *q = move(p);
  q[4 * P] = 'p';
  if (write(ends[1], "x", 1) != 1) return 1;
  wait(NULL);
  show("parent", q);
  return 0;
}

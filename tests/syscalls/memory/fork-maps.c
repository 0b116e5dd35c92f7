/* fork(2): the child has the parent's mappings, and what either does to its own is not the other's business. */
#include "../check.h"
#include "maps.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *p;
static void child(void) {
  show_maps("child", p, 16);
  CALL(munmap(p + P, P));
  CALL(mprotect(p + 4 * P, P, PROT_NONE));
  CALL(mmap(p + 14 * P, P, RW, ANON | MAP_FIXED, -1, 0) == p + 14 * P);
  show_maps("child", p, 16);
  if (fork() == 0) {
    show_maps("grandchild", p, 16);
    printf("%d %d\n", p[0], p[10 * P]);
    _exit(0);
  }
  wait(NULL);
}
static void threads_share(void) { p[0] = 55; }

int main(void) {
  p = mmap(NULL, 16 * P, PROT_NONE, ANON, -1, 0);
  mprotect(p, 8 * P, RW);
  p[0] = 1;
  p[7 * P] = 2;
  int fd = memfd_create("x", 0);
  if (ftruncate(fd, P)) return 1;
  CALL(mmap(p + 10 * P, P, RW, MAP_SHARED | MAP_FIXED, fd, 0) == p + 10 * P);
  p[10 * P] = 3;
  run("child", child);
  show_maps("parent", p, 16);
  pid_t pid = vfork();
  if (pid == 0) {
    threads_share();
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  printf("vfork %d\n", p[0]);
  return 0;
}

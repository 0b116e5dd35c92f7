/* brk(2): the end of the heap, what is in its way, what is left of it. */
#include "../check.h"
#include <sys/resource.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *end(void) { return (char *)syscall(SYS_brk, 0); }
static char *first;
static long set(char *to) { return (char *)syscall(SYS_brk, to) - first; }
static void touch(void) { first[9 * P] = 1; }

int main(void) {
  puts("start");
  first = (char *)(((uintptr_t)end() + P - 1) / P * P);
  CALL(set(first));
  CALL(set(first + 10 * P + 100));
  printf("%d %d\n", first[0], first[10 * P + P - 1]);
  memset(first, 'x', 10 * P);
  CALL(set(first + 5 * P));
  run("given back", touch);
  CALL(set(first + 10 * P));
  printf("%c %d\n", first[5 * P - 1], first[5 * P]);
  CALL(set(NULL));
  CALL(set((char *)1));
  CALL(set((char *)-P));
  CALL(set((char *)(1L << 46)));
  CALL(end() - first);
  char *wall = mmap(first + 20 * P, P, RW, ANON | MAP_FIXED, -1, 0);
  CALL(wall - first);
  CALL(set(first + 19 * P));
  CALL(set(first + 20 * P));
  CALL(set(first + 30 * P));
  munmap(wall, P);
  CALL(set(first + 30 * P));
  munmap(first + 12 * P, P);
  CALL(set(first + 31 * P));
  CALL(set(first + 2 * P));
  CALL(set(first + 20 * P));
  mprotect(first + 2 * P, P, PROT_NONE);
  CALL(set(first + 21 * P));
  first[20 * P + 5] = 3;
  if (fork() == 0) {
    CALL(set(first + 22 * P));
    _exit(0);
  }
  wait(NULL);
  CALL(end() - first);
  struct rlimit none = {0, RLIM_INFINITY};
  CALL(setrlimit(RLIMIT_DATA, &none));
  CALL(set(first + 23 * P));
  CALL(set(first + 20 * P));
  return 0;
}

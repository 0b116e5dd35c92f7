/* MAP_GROWSDOWN: a mapping that grows when it is touched below, up to what lies there. */
#include "../check.h"
#include "maps.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define STACK (MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN)

static char *p;
static void below(void) {
  p[-P] = 1;
  printf("grown by one\n");
  p[-20 * P] = 2;
  printf("grown by twenty: %d %d\n", p[-P], p[-2 * P]);
}
static void read_below(void) { printf("read %d\n", ((volatile char *)p)[-3 * P]); }
static void by_call(void) {
  int ends[2];
  if (pipe(ends)) _exit(1);
  CALL(write(ends[1], "hello", 5));
  CALL(read(ends[0], p - 2 * P, 5));
  printf("%.5s\n", p - 2 * P);
}
static void into_gap(void) {
  /* Nearer than the guard gap to what lies below. */
  mmap(p - 200 * P, P, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  p[-P] = 1;
}
static void into_none(void) {
  mmap(p - 2 * P, P, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  p[-P] = 1;
  printf("no gap above memory without rights\n");
  p[-2 * P] = 1;
}

int main(void) {
  char *area = mmap(NULL, 1024 * P, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(area, 1024 * P);
  p = mmap(area + 1000 * P, 4 * P, RW, STACK | MAP_FIXED, -1, 0);
  p[0] = 9;
  run("below", below);
  run("read", read_below);
  run("by a call", by_call);
  run("into the gap", into_gap);
  run("next to no rights", into_none);
  DONE(mmap(NULL, P, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0));
  p[-2 * P] = 1;
  CALL(mprotect(p, P, PROT_READ | PROT_GROWSDOWN));
  show_maps("protected down to its start", area, 1024);
  CALL(mprotect(p - P, P, PROT_GROWSDOWN | RW));
  char *plain = mmap(NULL, 2 * P, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CALL(mprotect(plain, P, PROT_READ | PROT_GROWSDOWN));
  CALL(mprotect(plain, P, PROT_READ | PROT_GROWSUP));
  CALL(mprotect(plain, P, PROT_READ | PROT_GROWSUP | PROT_GROWSDOWN));
  return 0;
}

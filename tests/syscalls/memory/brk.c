/* brk(2), the stack's growth, RLIMIT_AS, mlock(2). */
#include "../check.h"
#include <sys/resource.h>

static void deep(void) {
  volatile char block[6 << 20];
  block[0] = 1;
  printf("6 MiB of stack %d\n", block[0]);
}
static void limited(void) {
  struct rlimit limit = {100 << 20, 100 << 20};
  setrlimit(RLIMIT_AS, &limit);
  DONE(mmap(NULL, 200 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  DONE(sbrk(200 << 20));
  DONE(mmap(NULL, 20 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

int main(void) {
  char *old = sbrk(0);
  CALL(brk(old + 10000));
  old[9999] = 1;
  CALL((char *)sbrk(0) - old);
  CALL(brk(old));
  CALL(brk(old + 10000));
  printf("%d\n", old[9999]);
  run("stack", deep);
  run("RLIMIT_AS", limited);
  static char page[8192];
  CALL(mlock(page, 100));
  CALL(munlock(page, 100));
  CALL(mlockall(0));
  CALL(mlockall(MCL_ONFAULT));
  CALL(munlockall());
  return 0;
}

/* mremap(2) of locked memory counts against RLIMIT_MEMLOCK. */
#include "../check.h"
#include <sys/resource.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static void locked(const char *when) {
  FILE *status = fopen("/proc/self/status", "re");
  char line[200];
  while (fgets(line, sizeof line, status))
    if (strncmp(line, "VmLck:", 6) == 0) printf("%s %d kB\n", when, atoi(line + 6));
  fclose(status);
}

int main(void) {
  struct rlimit limit = {16 * P, 16 * P};
  CALL(setrlimit(RLIMIT_MEMLOCK, &limit));
  CALL(setresuid(1000, 1000, 1000));
  char *p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  CALL(mlock(p, 8 * P));
  locked("locked");
  p = mremap(p, 8 * P, 12 * P, MREMAP_MAYMOVE);
  CALL(p != MAP_FAILED);
  locked("grown");
  DONE(mremap(p, 12 * P, 17 * P, MREMAP_MAYMOVE));
  locked("refused");
  CALL(mremap(p, 12 * P, 4 * P, 0) == p);
  locked("shrunk");
  char *q = mmap(NULL, 32 * P, RW, ANON, -1, 0);
  munmap(q + 8 * P, 24 * P);
  CALL(mlock(q, 12 * P + 1));
  CALL(munlock(p, 4 * P));
  locked("unlocked");
  CALL(mlock(q + 100, 1));
  locked("one");
  return 0;
}

/* mlock(2), mlock2(2), munlock(2): ranges, and RLIMIT_MEMLOCK for who is not privileged. */
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
static void limit(long pages) {
  struct rlimit r = {pages * P, 64 * P};
  if (setrlimit(RLIMIT_MEMLOCK, &r)) perror("setrlimit");
}

int main(void) {
  char *p = mmap(NULL, 32 * P, RW, ANON, -1, 0), *q = p + 20 * P;
  munmap(p + 8 * P, P);
  munmap(p + 30 * P, 2 * P);
  CALL(mlock(p, -1));
  CALL(mlock((void *)-P, 2 * P));
  CALL(mlock(p, 0));
  CALL(mlock(p + 8 * P, P));
  CALL(mlock(p + 6 * P, 4 * P));
  locked("up to the hole");
  CALL(munlock(p + 6 * P, 4 * P));
  locked("unlocked up to the hole");
  CALL(munlock(p + 9 * P, P));
  locked("unlocked");
  CALL(mlock2(p, P, 2));
  CALL(mlock2(p, P, MLOCK_ONFAULT | 2));
  CALL(mlock2(p + 1, P, MLOCK_ONFAULT));
  locked("two pages");
  mprotect(p + 2 * P, P, PROT_NONE);
  CALL(mlock(p + 2 * P, P));
  locked("without rights");
  munlock(p, 8 * P);
  limit(4);
  CALL(mlock(p + 3 * P, 5 * P));
  locked("privileged");
  munlock(p, 8 * P);
  CALL(setresuid(1000, 1000, 1000));
  CALL(mlock(q, 4 * P));
  CALL(mlock(q, 5 * P));
  CALL(mlock(q + P, 3 * P));
  locked("four");
  CALL(mlock(q + 5 * P, 1));
  DONE(mmap(NULL, P, RW, ANON | MAP_LOCKED, -1, 0));
  CALL(munlock(q, P));
  DONE(mmap(NULL, P, RW, ANON | MAP_LOCKED, -1, 0));
  locked("four again");
  limit(0);
  CALL(mlock(q, P));
  DONE(mmap(NULL, P, RW, ANON | MAP_LOCKED, -1, 0));
  CALL(munlock(q, 10 * P));
  locked("one is left");
  CALL(mlockall(MCL_CURRENT));
  CALL(mlockall(MCL_FUTURE));
  limit(16);
  CALL(mlockall(MCL_CURRENT));
  CALL(mlockall(MCL_FUTURE));
  DONE(mmap(NULL, 17 * P, RW, ANON, -1, 0));
  CALL(munlockall());
  DONE(mmap(NULL, 17 * P, RW, ANON, -1, 0));
  locked("none");
  return 0;
}

/* RLIMIT_DATA: private writable memory of all kinds. */
#include "../check.h"
#include <sys/resource.h>

#define P 4096
#define MIB (1024L * 1024)
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static long data(void) {
  FILE *f = fopen("/proc/self/status", "re");
  char line[300];
  long kib = 0;
  while (fgets(line, sizeof line, f)) sscanf(line, "VmData: %ld", &kib);
  fclose(f);
  return kib * 1024;
}

int main(void) {
  data();
  struct rlimit r = {data() + MIB, RLIM_INFINITY};
  CALL(setrlimit(RLIMIT_DATA, &r));
  DONE(mmap(NULL, 2 * MIB, RW, ANON, -1, 0));
  char *ro = mmap(NULL, 2 * MIB, PROT_READ, ANON, -1, 0);
  CALL(ro != MAP_FAILED);
  CALL(mprotect(ro, P, RW));
  CALL(mprotect(ro, 2 * MIB, RW));
  DONE(mmap(NULL, 2 * MIB, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  DONE(mmap(NULL, 2 * MIB, PROT_NONE, ANON, -1, 0));
  DONE(mmap(NULL, 2 * MIB, RW, ANON | MAP_GROWSDOWN, -1, 0));
  DONE(sbrk(2 * MIB));
  char *q = mmap(NULL, MIB / 2, RW, ANON, -1, 0);
  CALL(q != MAP_FAILED);
  DONE(mremap(q, MIB / 2, 2 * MIB, MREMAP_MAYMOVE));
  DONE(mmap(q, MIB / 2, RW, ANON | MAP_FIXED, -1, 0));
  put("file", "hello");
  int fd = open("file", O_RDWR);
  DONE(mmap(NULL, 2 * MIB, RW, MAP_PRIVATE, fd, 0));
  DONE(mmap(NULL, 2 * MIB, RW, MAP_SHARED, fd, 0));
  r.rlim_cur = 0;
  CALL(setrlimit(RLIMIT_DATA, &r));
  DONE(mmap(NULL, P, RW, ANON, -1, 0));
  DONE(mmap(NULL, P, PROT_READ, ANON, -1, 0));
  DONE(sbrk(P));
  CALL(mprotect(ro + P, P, RW));
  return 0;
}

/* mlockall(2): what it locks now and later, and who inherits it. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static long kib(const char *file, const char *name) {
  FILE *f = fopen(file, "re");
  char line[300];
  long value = -1;
  while (value < 0 && fgets(line, sizeof line, f))
    if (strncmp(line, name, strlen(name)) == 0) value = atol(line + strlen(name) + 1);
  fclose(f);
  return value;
}
#define LOCKED() kib("/proc/self/status", "VmLck")
static void there(const char *title, char *p) {
  unsigned char vec[4];
  printf("%s: ", title);
  if (mincore(p, 4 * P, vec)) perror("mincore");
  for (int i = 0; i < 4; i++) putchar(vec[i] & 1 ? '#' : '.');
  putchar('\n');
}
static void child(void) {
  printf("child: %ld\n", LOCKED());
  there("child's mapping", mmap(NULL, 4 * P, RW, ANON, -1, 0));
}

int main(void) {
  CALL(mlockall(0));
  CALL(mlockall(8));
  CALL(mlockall(MCL_ONFAULT));
  CALL(munlockall());
  char *p = mmap(NULL, 4 * P, RW, ANON, -1, 0);
  CALL(mlockall(MCL_FUTURE));
  there("before", p);
  printf("%ld\n", LOCKED());
  char *q = mmap(NULL, 4 * P, RW, ANON, -1, 0);
  there("after", q);
  printf("%ld\n", LOCKED());
  run("fork", child);
  long before = LOCKED();
  CALL(sbrk(16 * P) != (void *)-1);
  printf("heap %ld\n", LOCKED() - before);
  CALL(mlockall(MCL_CURRENT | MCL_ONFAULT));
  there("locked on fault", mmap(NULL, 4 * P, RW, ANON, -1, 0));
  CALL(mlockall(MCL_FUTURE | MCL_ONFAULT));
  there("future locked on fault", mmap(NULL, 4 * P, RW, ANON, -1, 0));
  CALL(mlockall(MCL_CURRENT));
  there("current", p);
  CALL(LOCKED() > 100);
  CALL(munlockall());
  printf("%ld\n", LOCKED());
  there("none", mmap(NULL, 4 * P, RW, ANON, -1, 0));
  CALL(setresuid(1000, 1000, 1000));
  CALL(munlockall());
  return 0;
}

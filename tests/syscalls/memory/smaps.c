/* /proc/self/smaps: sizes of one mapping, as pages come, are shared, written and locked. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *p;
static void show(const char *title) {
  static const char *const names[] = {"Size:", "Rss:", "Pss:", "Shared_Clean:", "Shared_Dirty:", "Private_Clean:", "Private_Dirty:", "Anonymous:", "Locked:"};
  FILE *f = fopen("/proc/self/smaps", "re");
  char line[512];
  int inside = 0;
  printf("%s:", title);
  while (fgets(line, sizeof line, f)) {
    unsigned long start, end;
    if (sscanf(line, "%lx-%lx ", &start, &end) == 2) {
      inside = start <= (unsigned long)p && (unsigned long)p < end;
      continue;
    }
    for (unsigned i = 0; inside && i < sizeof names / sizeof *names; i++)
      if (strncmp(line, names[i], strlen(names[i])) == 0) printf(" %s%d", names[i], atoi(line + strlen(names[i])));
  }
  printf("\n");
  fclose(f);
}

int main(void) {
  char *area = mmap(NULL, 32 * P, PROT_NONE, ANON, -1, 0);
  p = mmap(area + 8 * P, 8 * P, RW, ANON | MAP_FIXED, -1, 0);
  show("fresh");
  p[0] = p[2 * P] = 1;
  show("two pages");
  mlock(p, 8 * P);
  show("locked");
  munlock(p, 8 * P);
  int up[2], down[2];
  if (pipe(up) || pipe(down)) return 1;
  if (fork() == 0) {
    char c;
    if (read(down[0], &c, 1) != 1) _exit(1);
    show("child");
    p[0] = 2;
    show("child wrote one");
    if (write(up[1], "x", 1) != 1) _exit(1);
    if (read(down[0], &c, 1) != 1) _exit(1);
    _exit(0);
  }
  char c;
  show("shared with a child");
  if (write(down[1], "x", 1) != 1 || read(up[0], &c, 1) != 1) return 1;
  show("one is its own again");
  if (write(down[1], "x", 1) != 1) return 1;
  wait(NULL);
  show("alone");
  madvise(p, 8 * P, MADV_DONTNEED);
  show("not needed");
  int fd = memfd_create("x", 0);
  if (ftruncate(fd, 4 * P)) return 1;
  p = mmap(area + 20 * P, 4 * P, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  show("a file");
  p[0] = 1;
  show("written");
  return 0;
}

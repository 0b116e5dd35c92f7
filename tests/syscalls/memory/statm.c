/* /proc/self/statm and the Vm lines of /proc/self/status: by how much they change. */
#include "../check.h"
#include <sys/resource.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static const char *const names[] = {"VmSize", "VmLck", "VmRSS", "RssAnon", "RssFile", "RssShmem", "VmData", "VmStk", "VmExe", "VmLib"};
enum { N = sizeof names / sizeof *names };
static long last[N + 3];
static char buffer[8192];
static void show(const char *title) {
  long now[N + 3] = {0};
  int fd = open("/proc/self/status", O_RDONLY);
  buffer[read(fd, buffer, sizeof buffer - 1)] = 0;
  close(fd);
  for (int i = 0; i < N; i++) {
    char *at = strstr(buffer, names[i]);
    if (at != NULL) now[i] = atol(at + strlen(names[i]) + 1);
  }
  fd = open("/proc/self/statm", O_RDONLY);
  buffer[read(fd, buffer, sizeof buffer - 1)] = 0;
  close(fd);
  long lib;
  sscanf(buffer, "%ld %ld %ld %*d %ld", &now[N], &now[N + 1], &now[N + 2], &lib);
  if (title != NULL) {
    printf("%s:", title);
    for (int i = 0; i < N + 3; i++) {
      static const char *const statm[] = {"size", "resident", "shared"};
      if (now[i] != last[i]) printf(" %s %+ld", i < N ? names[i] : statm[i - N], now[i] - last[i]);
    }
    printf("\n");
  }
  memcpy(last, now, sizeof now);
}

int main(void) {
  show(NULL);
  show("warm");
  show("nothing");
  char *p = mmap(NULL, 64 * P, RW, ANON, -1, 0);
  show("mapped");
  memset(p, 1, 64 * P);
  show("touched");
  mprotect(p, 32 * P, PROT_READ);
  show("half read-only");
  mlock(p, 8 * P);
  show("locked");
  munmap(p, 64 * P);
  show("unmapped");
  p = mmap(NULL, 64 * P, PROT_NONE, ANON, -1, 0);
  show("without rights");
  p = mmap(NULL, 64 * P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  show("shared");
  memset(p, 1, 16 * P);
  show("shared and touched");
  munmap(p, 64 * P);
  show("unmapped");
  int fd = memfd_create("x", 0);
  if (ftruncate(fd, 16 * P)) return 1;
  p = mmap(NULL, 16 * P, RW, MAP_PRIVATE, fd, 0);
  show("a private file");
  memset(p, 1, 16 * P);
  show("written");
  munmap(p, 16 * P);
  show("unmapped");
  p = mmap(NULL, 16 * P, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  show("executable");
  munmap(p, 16 * P);
  p = mmap(NULL, 16 * P, RW, ANON | MAP_GROWSDOWN, -1, 0);
  show("a stack");
  sbrk(32 * P);
  show("heap");
  return 0;
}

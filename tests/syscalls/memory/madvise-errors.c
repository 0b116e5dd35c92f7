/* madvise(2): ranges, holes and mappings that an advice is not for. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static const struct {
  const char *name;
  int advice;
} all[] = {{"NORMAL", MADV_NORMAL},       {"RANDOM", MADV_RANDOM},         {"SEQUENTIAL", MADV_SEQUENTIAL},
           {"WILLNEED", MADV_WILLNEED},   {"DONTNEED", MADV_DONTNEED},     {"FREE", MADV_FREE},
           {"REMOVE", MADV_REMOVE},       {"DONTFORK", MADV_DONTFORK},     {"DOFORK", MADV_DOFORK},
           {"WIPEONFORK", MADV_WIPEONFORK}, {"KEEPONFORK", MADV_KEEPONFORK}, {"DONTDUMP", MADV_DONTDUMP},
           {"DODUMP", MADV_DODUMP},       {"COLD", MADV_COLD},             {"PAGEOUT", MADV_PAGEOUT},
           {"POPULATE_READ", MADV_POPULATE_READ}, {"POPULATE_WRITE", MADV_POPULATE_WRITE},
           {"DONTNEED_LOCKED", 24}, {"4711", 4711}, {"-1", -1}};

static void each(const char *title, char *p, size_t len) {
  printf("%s:\n", title);
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    errno = 0;
    int result = madvise(p, len, all[i].advice);
    printf("  %s %d %s\n", all[i].name, result, result ? strerrorname_np(errno) : "");
  }
}

int main(void) {
  put("file", "hello");
  int ro = open("file", O_RDONLY), memfd = memfd_create("x", 0);
  CALL(ftruncate(memfd, 4 * P));
  char *p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  each("anonymous", p, 8 * P);
  each("not aligned", p + 1, P);
  each("empty", p, 0);
  each("around the world", p, -1);
  CALL(madvise(p, -(size_t)p - P, MADV_NORMAL));
  munmap(p + 2 * P, P);
  each("with a hole", p, 8 * P);
  each("only a hole", p + 2 * P, P);
  mprotect(p + 4 * P, P, PROT_READ);
  each("read-only", p + 4 * P, P);
  mprotect(p + 5 * P, P, PROT_NONE);
  each("without rights", p + 5 * P, P);
  mlock(p + 7 * P, P);
  each("locked", p + 7 * P, P);
  each("a private file", mmap(NULL, P, RW, MAP_PRIVATE, ro, 0), P);
  each("shared memory", mmap(NULL, P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0), P);
  each("a shared memfd", mmap(NULL, P, RW, MAP_SHARED, memfd, 0), P);
  each("beyond the file", (char *)mmap(NULL, 8 * P, RW, MAP_SHARED, memfd, 0) + 6 * P, P);
  return 0;
}

/* /proc/self/smaps and smaps_rollup: fields, and counts of a mapping made here. */
#include "proc.h"

static const char *const KEYS[] = {"Size:", "KernelPageSize:", "MMUPageSize:", "Rss:", "Pss:", "Shared_Clean:", "Shared_Dirty:", "Private_Clean:", "Private_Dirty:", "Referenced:", "Anonymous:", "LazyFree:", "AnonHugePages:", "ShmemPmdMapped:", "FilePmdMapped:", "Shared_Hugetlb:", "Private_Hugetlb:", "Swap:", "SwapPss:", "Locked:", "THPeligible:", "VmFlags:", NULL};

int main(void) {
  char *at = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(at, 4096, PROT_NONE);
  for (int i = 2; i < 7; i++) at[i * 4096] = 1;
  char key[40];
  snprintf(key, sizeof key, "%lx-%lx rw-p", (long)at + 4096, (long)at + 16 * 4096);
  char *text = slurp("/proc/self/smaps");
  show_keys("keys", text, KEYS);
  const char *mine = field(text, key);
  CALL(mine != NULL);
  if (mine == NULL) return 1;
  for (const char **name = (const char *[]){"Size:", "KernelPageSize:", "Swap:", NULL}; *name; name++)
    printf("%s %d\n", *name, atoi(field(mine, *name)));
  text = slurp("/proc/self/smaps_rollup");
  CALL(strstr(text, "[rollup]\n") != NULL);
  CALL(field(text, "Size:") == NULL);
  CALL(atoi(field(text, "Rss:")) > 0);
  return 0;
}

/* renameat2(2): RENAME_NOREPLACE, RENAME_EXCHANGE, and flags that do not go together. */
#include "../files.h"

static void swap(const char *a, const char *b) {
  errno = 0;
  int result = renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
  printf("exchange %s %s: %s\n", a, b, result ? strerrorname_np(errno) : "ok");
}

static void keep(const char *a, const char *b) {
  errno = 0;
  int result = renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_NOREPLACE);
  printf("noreplace %s %s: %s\n", a, b, result ? strerrorname_np(errno) : "ok");
}

int main(void) {
  put("a", "A");
  put("b", "B");
  mkdir("d", 0755);
  mkdir("d/sub", 0755);
  put("d/sub/x", "x");
  mkdir("e", 0755);
  if (symlink("a", "s")) return 1;
  for (unsigned flags = 1; flags < 10; flags++)
    CALL(renameat2(AT_FDCWD, "gone", AT_FDCWD, "x", flags));
  swap("a", "b");
  cat("a");
  cat("b");
  swap("a", "a");
  swap("a", "d");
  show("a");
  show("d");
  swap("a", "d");
  swap("a", "s");
  show("a");
  swap("a", "s");
  swap("d", "d/sub");
  swap("d/sub", "d");
  swap("d/sub", "e");
  show("e");
  show("d/sub");
  show("e/x");
  swap("a", "gone");
  swap("gone", "a");
  swap("a/", "b");
  swap("a", "b/");
  swap("d/", "a");
  swap("d", "a/");
  swap("d/", "e/");
  swap("a", ".");
  swap(".", "a");
  swap("/", "a");
  swap("a", "/dev/shm");
  keep("a", "b");
  keep("a", "a");
  keep("a", "s");
  keep("a", "e");
  keep("a", "gone/");
  keep("a", ".");
  keep("a", "/");
  keep("gone", "b");
  keep("gone", "x");
  keep("a", "new");
  keep("e", "new2/");
  show("new");
  show("new2");
  keep("new2", "new2/x");
  return 0;
}

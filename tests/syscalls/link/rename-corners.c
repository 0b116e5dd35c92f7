/* rename(2): dots, slashes, directories into themselves, kinds that do not match. */
#include "../files.h"

static void fresh(void) {
  if (system("rm -rf *")) return;
  put("a", "A");
  put("b", "B");
  mkdir("d", 0755);
  mkdir("e", 0755);
  mkdir("full", 0755);
  put("full/x", "x");
  mkdir("d/deep", 0755);
  if (symlink("a", "sa") || symlink("d", "sd") || symlink("gone", "sg")) exit(1);
}

int main(void) {
  fresh();
  CALL(rename("a", "."));
  CALL(rename("a", ".."));
  CALL(rename("a", "d/."));
  CALL(rename(".", "x"));
  CALL(rename("..", "x"));
  CALL(rename("d/..", "x"));
  CALL(rename("/", "x"));
  CALL(rename("a", "/"));
  CALL(rename("d", "."));
  CALL(rename("a/", "x"));
  CALL(rename("a", "x/"));
  CALL(rename("a/.", "x"));
  CALL(rename("gone", "x"));
  CALL(rename("gone/", "x"));
  CALL(rename("gone/y", "x"));
  CALL(rename("a", "gone/x"));
  CALL(rename("a", "b/x"));
  CALL(rename("a", "d"));
  CALL(rename("a", "full"));
  CALL(rename("d", "a"));
  CALL(rename("d", "sa"));
  CALL(rename("d", "sd"));
  CALL(rename("d", "full"));
  CALL(rename("d", "d/deep"));
  CALL(rename("d", "d/x"));
  CALL(rename("d", "d/deep/x"));
  CALL(rename("d/deep", "d"));
  CALL(rename("full/x", "full"));
  CALL(rename("d", "d"));
  CALL(rename("d", "d/"));
  CALL(rename("d/", "d"));
  CALL(rename("a", "a"));
  CALL(rename("a", "./a"));
  CALL(rename("d", "x/"));
  CALL(rename("x/", "d"));
  CALL(rename("e/", "d/"));
  CALL(rename("e", "d/"));
  fresh();
  CALL(rename("e", "d/deep"));
  show("d/deep");
  CALL(rename("sd/deep", "up"));
  CALL(rename("sd/", "x"));
  CALL(rename("sd", "x"));
  show("x");
  CALL(rename("sa", "b"));
  show("b");
  cat("b");
  CALL(rename("b/", "x"));
  CALL(rename("sg/", "x"));
  CALL(rename("a", "sg"));
  show("sg");
  CALL(rename("/proc/self/status", "x"));
  CALL(rename("sg", "/dev/shm/kernelet-x"));
  CALL(rename("sg", "/proc/x"));
  CALL(rename(BAD, "x"));
  CALL(rename("sg", BAD));
  CALL(renameat(NO_FD, "sg", AT_FDCWD, "x"));
  CALL(renameat(open("sg", O_RDONLY), "sg", AT_FDCWD, "x"));
  return 0;
}

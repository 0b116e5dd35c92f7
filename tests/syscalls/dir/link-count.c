/* st_nlink and times of a directory as things come and go in it. */
#include "../files.h"

static struct stat st;
static int links(void) { stat("t/d", &st); return st.st_nlink; }
static void old(void) {
  struct timespec t[2] = {{1000, 0}, {1000, 0}};
  utimensat(AT_FDCWD, "t/d", t, 0);
}
static int moved(void) { stat("t/d", &st); return st.st_mtime != 1000; }

int main(void) {
  mount_tmpfs("t", "");
  mkdir("t/d", 0755);
  mkdir("t/e", 0755);
  CALL(links());
  mkdir("t/d/a", 0755);
  CALL(links());
  put("t/d/f", "x");
  CALL(links());
  CALL(rename("t/d/a", "t/d/b"));
  CALL(links());
  CALL(rename("t/d/b", "t/e/b"));
  CALL(links());
  CALL(renameat2(AT_FDCWD, "t/d/f", AT_FDCWD, "t/e/b", RENAME_EXCHANGE));
  CALL(links());
  mkdir("t/x", 0755);
  CALL(rename("t/x", "t/d/f"));
  CALL(links());
  CALL(rmdir("t/d/f"));
  CALL(links());
  old();
  CALL(chmod("t/d", 0700));
  CALL(moved());
  put("t/d/f", "x");
  CALL(moved());
  old();
  put("t/d/f", "y");
  CALL(chmod("t/d/f", 0600));
  CALL(moved());
  CALL(link("t/d/f", "t/d/g"));
  CALL(moved());
  old();
  CALL(unlink("t/d/g"));
  CALL(moved());
  old();
  CALL(rename("t/d/f", "t/d/g"));
  CALL(moved());
  old();
  CALL(symlink("x", "t/d/s"));
  CALL(moved());
  CALL(umount("t"));
  return 0;
}

/* What stands on a name keeps it: rmdir, unlink, rename; and ".." and st_dev across mounts. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mkdir("a/b", 0755);
  put("f", "");
  put("g", "x");
  struct stat outer, inner, up;
  mount("one", "a/b", "tmpfs", 0, NULL);
  mount("g", "f", NULL, MS_BIND, NULL);
  CALL(rmdir("a/b"));
  CALL(rename("a/b", "c"));
  CALL(rename("a", "c")); /* Not the mount point itself. */
  CALL(has("c/b"));
  CALL(unlink("f"));
  CALL(rename("g", "f"));
  CALL(unlink("g"));
  stat("f", &inner);
  printf("links %d size %ld\n", (int)inner.st_nlink, (long)inner.st_size);
  stat("c", &outer);
  stat("c/b", &inner);
  stat("c/b/..", &up);
  CALL(outer.st_dev == inner.st_dev);
  CALL(up.st_ino == outer.st_ino && up.st_dev == outer.st_dev);
  put("c/b/file", "");
  CALL(link("c/b/file", "c/file"));
  CALL(rename("c/b/file", "c/file"));
  show_mounts("end");
  return 0;
}

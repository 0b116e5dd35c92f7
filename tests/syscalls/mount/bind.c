/* MS_BIND of directories and files, of parts of a filesystem, with and without what is mounted below. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mkdir("a/sub", 0755);
  mkdir("b", 0755);
  mkdir("c", 0755);
  put("a/sub/file", "one");
  put("target", "");
  CALL(mount("inner", "a/sub", "tmpfs", 0, NULL));
  put("a/sub/inner", "x");
  CALL(mount("a", "b", NULL, MS_BIND, NULL));
  CALL(has("b/sub/inner"));
  CALL(has("b/sub/file"));
  CALL(mount("a", "c", NULL, MS_BIND | MS_REC, NULL));
  CALL(has("c/sub/inner"));
  CALL(mount("b/sub/file", "target", NULL, MS_BIND, NULL));
  show_mounts("binds");
  put("target", "two");
  CALL(umount("target"));
  struct stat st;
  stat("b/sub/file", &st);
  printf("size %ld\n", (long)st.st_size);
  CALL(umount("c"));
  CALL(umount("c/sub"));
  CALL(umount("c"));
  /* Flags of a new bind are the old mount's, whatever is asked. */
  CALL(mount("a/sub", "c", NULL, MS_BIND | MS_RDONLY, NULL));
  show_mounts("no flags");
  CALL(rmdir("c"));
  CALL(rename("c", "d"));
  CALL(unlink("b/sub/file"));
  return 0;
}

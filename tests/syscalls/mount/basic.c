/* mount(2) of tmpfs: what it hides, what it shows, and its options. */
#include "mounts.h"
#include <sys/vfs.h>

int main(void) {
  private_mounts();
  mkdir("a", 0700);
  put("a/below", "x");
  CALL(mount("source name", "a", "tmpfs", 0, "mode=1750,uid=3,gid=4,size=64k"));
  CALL(has("a/below"));
  struct stat st;
  stat("a", &st);
  printf("%o %d:%d\n", st.st_mode, st.st_uid, st.st_gid);
  struct statfs fs;
  CALL(statfs("a", &fs));
  printf("%lx %ld blocks\n", (long)fs.f_type, (long)fs.f_blocks);
  put("a/above", "y");
  CALL(mount("second", "a", "tmpfs", MS_RDONLY | MS_NOSUID, NULL));
  CALL(has("a/above"));
  CALL(mkdir("a/x", 0755));
  show_mounts("two on one");
  CALL(umount("a"));
  CALL(has("a/above"));
  CALL(umount("a"));
  CALL(has("a/below"));
  CALL(umount("a"));
  return 0;
}

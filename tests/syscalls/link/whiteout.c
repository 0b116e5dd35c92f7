/* RENAME_WHITEOUT: the old name becomes a character device 0:0. */
#include "../files.h"
#include <sys/sysmacros.h>

static void as_user(void) {
  become(1000, 1000);
  CALL(renameat2(AT_FDCWD, "t/b", AT_FDCWD, "t/c", RENAME_WHITEOUT));
  show("t/b");
  CALL(chmod("t/b", 0644));
  CALL(mknod("t/w", S_IFCHR, makedev(0, 0)));
  show("t/w");
}

int main(void) {
  struct stat st;
  chmod(".", 0755);
  mount_tmpfs("t", "mode=777");
  put("t/a", "A");
  put("t/b", "B");
  chown("t/b", 1000, 1000);
  mkdir("t/d", 0755);
  CALL(renameat2(AT_FDCWD, "t/a", AT_FDCWD, "t/x", RENAME_WHITEOUT));
  show("t/x");
  lstat("t/a", &st);
  printf("%o rdev %d links %d\n", st.st_mode, (int)st.st_rdev, (int)st.st_nlink);
  CALL(open("t/a", O_RDONLY));
  CALL(renameat2(AT_FDCWD, "t/x", AT_FDCWD, "t/a", RENAME_WHITEOUT | RENAME_NOREPLACE));
  CALL(renameat2(AT_FDCWD, "t/x", AT_FDCWD, "t/a", RENAME_WHITEOUT | RENAME_EXCHANGE));
  CALL(renameat2(AT_FDCWD, "t/d", AT_FDCWD, "t/d2", RENAME_WHITEOUT));
  lstat("t/d", &st);
  printf("%o\n", st.st_mode);
  show("t/d2");
  run("user", as_user);
  CALL(unlink("t/a"));
  CALL(umount("t"));
  return 0;
}

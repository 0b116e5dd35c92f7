/* EROFS: on a read-only mount, and which error comes first. */
#include "../files.h"
#include <sys/xattr.h>

int main(void) {
  struct timespec t[2] = {{1, 0}, {2, 0}};
  mount_tmpfs("t", "");
  put("t/file", "x");
  mkdir("t/dir", 0755);
  mkfifo("t/fifo", 0600);
  mknod("t/null", S_IFCHR | 0666, 0x103);
  if (symlink("file", "t/s")) return 1;
  int before = open("t/file", O_RDONLY);
  CALL(mount(NULL, "t", NULL, MS_REMOUNT | MS_RDONLY, NULL));
  CALL(open("t/file", O_RDONLY) >= 0);
  CALL(open("t/file", O_WRONLY));
  CALL(open("t/file", O_RDONLY | O_TRUNC));
  CALL(open("t/file", O_CREAT | O_RDONLY, 0600) >= 0);
  CALL(open("t/file", O_CREAT | O_EXCL | O_RDONLY, 0600));
  CALL(open("t/new", O_CREAT | O_RDONLY, 0600));
  CALL(open("t", O_TMPFILE | O_RDWR, 0600));
  CALL(open("t/null", O_RDWR) >= 0);
  CALL(open("t/fifo", O_RDWR) >= 0);
  CALL(mkdir("t/new", 0700));
  CALL(mkdir("t/dir", 0700));
  CALL(mkdir("t/gone/new", 0700));
  CALL(rmdir("t/dir"));
  CALL(rmdir("t/gone"));
  CALL(unlink("t/file"));
  CALL(unlink("t/gone"));
  CALL(unlink("t/dir"));
  CALL(link("t/file", "t/new"));
  CALL(link("t/file", "t/s"));
  CALL(symlink("x", "t/new"));
  CALL(symlink("x", "t/s"));
  CALL(mknod("t/new", S_IFREG, 0));
  CALL(rename("t/file", "t/new"));
  CALL(rename("t/gone", "t/new"));
  CALL(rename("t/file", "t/dir"));
  CALL(rename("t/file", "x"));
  CALL(chmod("t/file", 0600));
  CALL(fchmod(before, 0600));
  CALL(chown("t/file", 0, 0));
  CALL(utimensat(AT_FDCWD, "t/file", t, 0));
  CALL(truncate("t/file", 0));
  CALL(truncate("t/dir", 0));
  CALL(setxattr("t/file", "user.a", "x", 1, 0));
  CALL(removexattr("t/file", "trusted.a"));
  CALL(access("t/file", W_OK));
  CALL(access("t/file", R_OK));
  CALL(access("t/null", W_OK));
  CALL(access("t/dir", W_OK));
  CALL(close(before));
  CALL(umount2("t", MNT_DETACH));
  return 0;
}

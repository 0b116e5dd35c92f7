/* Names in a removed directory: ENOENT, however long or wrong they are. */
#include "../check.h"

int main(void) {
  static char name[300];
  memset(name, 'n', 256);
  mkdir("d", 0755);
  put("f", "");
  mkdir("e", 0755);
  int d = open("d", O_RDONLY | O_DIRECTORY);
  CALL(renameat(d, name, AT_FDCWD, "x"));
  CALL(unlinkat(d, name, 0));
  CALL(openat(d, name, O_RDONLY));
  CALL(openat(d, name, O_RDWR | O_CREAT, 0644));
  CALL(mkdirat(d, name, 0755));
  rmdir("d");
  CALL(renameat(d, name, AT_FDCWD, "x"));
  CALL(renameat(AT_FDCWD, "f", d, name));
  CALL(renameat(AT_FDCWD, "f", d, "f"));
  CALL(renameat(AT_FDCWD, "f", d, "f/"));
  CALL(renameat2(AT_FDCWD, "f", d, "f/", RENAME_NOREPLACE));
  CALL(renameat2(AT_FDCWD, "f", d, "f/", RENAME_EXCHANGE));
  CALL(renameat(AT_FDCWD, "f/", d, "f"));
  CALL(renameat(AT_FDCWD, "e", d, "f"));
  CALL(renameat(AT_FDCWD, "e", d, "e/s"));
  CALL(renameat(AT_FDCWD, ".", d, "f"));
  CALL(renameat(AT_FDCWD, "f", d, "../f/"));
  CALL(linkat(AT_FDCWD, "e", d, "s", 0));
  CALL(linkat(AT_FDCWD, "f", d, "s/", 0));
  CALL(linkat(AT_FDCWD, "/proc/self/exe", d, "s", AT_SYMLINK_FOLLOW));
  CALL(mkdirat(d, "s/", 0755));
  CALL(unlinkat(d, name, 0));
  CALL(unlinkat(d, "f", AT_REMOVEDIR));
  CALL(openat(d, name, O_RDONLY));
  CALL(openat(d, name, O_RDWR | O_CREAT, 0644));
  CALL(openat(d, "f", O_RDWR | O_CREAT, 0644));
  CALL(mkdirat(d, name, 0755));
  CALL(mkdirat(d, "s", 0755));
  CALL(symlinkat("t", d, name));
  CALL(symlinkat("t", d, "s"));
  CALL(linkat(AT_FDCWD, "f", d, name, 0));
  CALL(linkat(AT_FDCWD, "f", d, "s", 0));
  CALL(mknodat(d, name, S_IFIFO | 0644, 0));
  CALL(faccessat(d, name, F_OK, 0));
  CALL(faccessat(d, ".", F_OK, 0));
  struct stat st;
  CALL(fstatat(d, name, &st, 0));
  CALL(fstatat(d, "..", &st, 0));
  return 0;
}

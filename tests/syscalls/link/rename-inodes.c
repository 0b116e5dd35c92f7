/* What rename(2) does to the files themselves: link counts, open descriptors, working directories. */
#include "../files.h"

int main(void) {
  struct stat before, after;
  char buffer[4096];
  put("a", "A");
  put("b", "B");
  int b = open("b", O_RDWR);
  stat("a", &before);
  CALL(rename("a", "b"));
  stat("b", &after);
  CALL(before.st_ino == after.st_ino);
  fstat(b, &after);
  CALL(after.st_nlink);
  CALL(pread(b, buffer, 1, 0));
  CALL(buffer[0]);
  CALL(link("b", "c"));
  CALL(rename("b", "c")); /* The same file: both names stay. */
  show("b");
  CALL(renameat2(AT_FDCWD, "b", AT_FDCWD, "c", RENAME_NOREPLACE));
  CALL(renameat2(AT_FDCWD, "b", AT_FDCWD, "c", RENAME_EXCHANGE));
  show("c");
  mkdir("p", 0755);
  mkdir("q", 0755);
  mkdir("p/d", 0755);
  stat("p", &before);
  stat("q", &after);
  CALL(after.st_nlink - before.st_nlink);
  CALL(chdir("p/d"));
  CALL(rename("../../p/d", "../../q/moved"));
  stat("../../p", &before);
  stat("../../q", &after);
  CALL(after.st_nlink - before.st_nlink);
  if (!getcwd(buffer, sizeof buffer)) return 1;
  printf("%s\n", strrchr(buffer, '/'));
  put("here", "x");
  CALL(chdir("../.."));
  show("q/moved/here");
  mkdir("empty", 0755);
  int dir = open("empty", O_RDONLY);
  mkdir("other", 0755);
  CALL(rename("other", "empty"));
  fstat(dir, &after);
  CALL(after.st_nlink);
  CALL(openat(dir, "x", O_CREAT | O_WRONLY, 0600));
  CALL(openat(dir, "..", O_RDONLY) >= 0);
  put("t", "x");
  struct timespec t[2] = {{1000, 0}, {1000, 0}};
  utimensat(AT_FDCWD, "t", t, 0);
  utimensat(AT_FDCWD, ".", t, 0);
  CALL(rename("t", "u"));
  stat("u", &after);
  CALL(after.st_mtime);
  CALL(after.st_ctime > 1000);
  stat(".", &after);
  CALL(after.st_mtime > 1000);
  return 0;
}

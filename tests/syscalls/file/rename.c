/* rename(2), renameat2(2). */
#include "../check.h"

int main(void) {
  put("a", "A");
  put("b", "B");
  mkdir("d", 0755);
  mkdir("e", 0755);
  mkdir("d/sub", 0755);
  CALL(rename("missing", "x"));
  CALL(rename("a", "missing/x"));
  CALL(rename("a", "d"));
  CALL(rename("d", "a"));
  CALL(rename("e", "d"));
  CALL(rename("d", "d/sub/x"));
  CALL(rename("d/.", "x"));
  CALL(rename("d/..", "x"));
  CALL(rename("a", "a/"));
  CALL(rename("a", "c/"));
  CALL(rename("a", ""));
  CALL(rename("a", "a"));
  CALL(rename("d", "e"));
  CALL(access("e/sub", F_OK));
  CALL(rename("a", "b"));
  CALL(access("a", F_OK));
  put("a", "new");
  CALL(link("a", "same"));
  CALL(rename("a", "same")); /* The same file: nothing happens. */
  CALL(access("a", F_OK));
  CALL(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE));
  CALL(renameat2(AT_FDCWD, "a", AT_FDCWD, "fresh", RENAME_NOREPLACE));
  CALL(renameat2(AT_FDCWD, "fresh", AT_FDCWD, "e", RENAME_EXCHANGE));
  struct stat st;
  stat("fresh", &st);
  printf("directory %d\n", S_ISDIR(st.st_mode));
  CALL(renameat2(AT_FDCWD, "fresh", AT_FDCWD, "none", RENAME_EXCHANGE));
  CALL(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_EXCHANGE | RENAME_NOREPLACE));
  CALL(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", 0x100));
  CALL(rename("/", "x"));
  return 0;
}

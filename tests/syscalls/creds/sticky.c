/* Permission bits: sticky folders, set-group-ID folders, search permission. */
#include "../check.h"

static void as_user(void) {
  if (setgid(1000) || setuid(1000)) return;
  CALL(unlink("sticky/roots"));
  CALL(rename("sticky/roots", "sticky/x"));
  put("sticky/mine", "x");
  CALL(unlink("sticky/mine"));
  CALL(open("hidden/file", O_RDONLY));
  CALL(access("hidden", R_OK));
  CALL(open("unlistable", O_RDONLY));
  CALL(open("unlistable/file", O_RDONLY) >= 0);
  CALL(mkdir("hidden/x", 0755));
}

int main(void) {
  struct stat st;
  CALL(chmod(".", 0755));
  mkdir("sticky", 0755);
  chmod("sticky", 01777);
  put("sticky/roots", "x");
  mkdir("hidden", 0700);
  put("hidden/file", "x");
  mkdir("unlistable", 0711);
  put("unlistable/file", "x");
  run("user", as_user);
  mkdir("shared", 0755);
  CALL(chown("shared", 0, 1234));
  CALL(chmod("shared", 02775));
  put("shared/file", "x");
  stat("shared/file", &st);
  CALL(st.st_gid);
  mkdir("shared/sub", 0755);
  stat("shared/sub", &st);
  printf("%d %o\n", st.st_gid, st.st_mode);
  put("setuid", "x");
  CALL(chmod("setuid", 06755));
  CALL(chown("setuid", 1, 1));
  stat("setuid", &st);
  printf("%o\n", st.st_mode);
  return 0;
}

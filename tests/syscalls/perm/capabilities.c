/* CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: what each opens. */
#include "../files.h"

static void tries(void) {
  CALL(open("private", O_RDONLY) >= 0);
  CALL(open("private", O_WRONLY) >= 0);
  CALL(open("private", O_RDWR) >= 0);
  CALL(open("zero", O_RDONLY) >= 0);
  CALL(open("dir", O_RDONLY) >= 0);
  CALL(open("dir/file", O_RDONLY) >= 0);
  CALL(open("dir/new", O_CREAT | O_WRONLY, 0600) >= 0);
  CALL(unlink("dir/new"));
  CALL(access("private", R_OK));
  CALL(faccessat(AT_FDCWD, "private", R_OK, AT_EACCESS));
  CALL(faccessat(AT_FDCWD, "private", W_OK, AT_EACCESS));
  CALL(faccessat(AT_FDCWD, "private", X_OK, AT_EACCESS));
  CALL(faccessat(AT_FDCWD, "program", X_OK, AT_EACCESS));
  CALL(faccessat(AT_FDCWD, "program", R_OK | X_OK, AT_EACCESS));
  CALL(faccessat(AT_FDCWD, "dir", X_OK, AT_EACCESS));
  CALL(faccessat(AT_FDCWD, "dir", W_OK, AT_EACCESS));
  CALL(faccessat(AT_FDCWD, "dir", R_OK | X_OK, AT_EACCESS));
  CALL(truncate("private", 0));
  CALL(chdir("dir"));
}

static void none(void) { become(1000, 1000); tries(); }
static void override(void) { become_with(1000, 1000, CAP(DAC_OVERRIDE)); tries(); }
static void search(void) { become_with(1000, 1000, CAP(DAC_READ_SEARCH)); tries(); }
static void group(void) { become(1000, 50); tries(); }
static void root_without(void) { become_with(0, 0, 0); tries(); }

int main(void) {
  chmod(".", 0755);
  put("private", "x");
  put("zero", "x");
  put("program", "x");
  mkdir("dir", 0700);
  put("dir/file", "x");
  chown("private", 0, 50);
  chmod("private", 0640);
  chmod("zero", 0);
  chmod("program", 0700);
  chmod("dir", 0700);
  run("none", none);
  run("group", group);
  run("CAP_DAC_OVERRIDE", override);
  run("CAP_DAC_READ_SEARCH", search);
  run("root without capabilities", root_without);
  return 0;
}

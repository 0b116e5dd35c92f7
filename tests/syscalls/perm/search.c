/* Search permission along a path: what stands in the way and what does not. */
#include "../files.h"

static int inside;
static void user(void) {
  char buffer[4096];
  become(1000, 1000);
  CALL(access("closed/open/file", F_OK));
  CALL(access("search/file", F_OK));
  CALL(open("search", O_RDONLY));
  CALL(access("readable/file", F_OK));
  CALL(open("readable", O_RDONLY) >= 0);
  CALL(access("to-closed/open", F_OK));
  CALL(access("to-file", F_OK));
  CALL(readlink("closed/link", buffer, 10));
  CALL(readlink("to-closed", buffer, 10));
  CALL(access("closed/..", F_OK));
  CALL(access("closed/.", F_OK));
  CALL(access("closed", F_OK));
  CALL(access("closed/", F_OK));
  CALL(fchdir(inside)); /* Its descriptor opens the door. */
  CALL(access("file", F_OK));
  CALL(access("..", F_OK));
  CALL(access("../open/file", F_OK));
  CALL(access("../..", F_OK));
  CALL(syscall(SYS_getcwd, buffer, sizeof buffer) > 0);
  CALL(faccessat(inside, "file", F_OK, 0));
  CALL(chdir(".."));
  CALL(chdir("../../search"));
  CALL(symlink("x", "y"));
  CALL(stat("file", &(struct stat){0}));
}

int main(void) {
  chmod(".", 0755);
  mkdir("closed", 0700);
  mkdir("closed/open", 0755);
  put("closed/open/file", "x");
  mkdir("search", 0711);
  put("search/file", "x");
  mkdir("readable", 0744);
  put("readable/file", "x");
  if (symlink("x", "closed/link") || symlink("closed", "to-closed") || symlink("closed/open/file", "to-file")) return 1;
  inside = open("closed/open", O_RDONLY);
  run("user", user);
  return 0;
}

/* mkdir(2): names, modes, rights. */
#include "../files.h"

static void user(void) {
  become(1000, 1000);
  CALL(mkdir("closed/x", 0777));
  CALL(mkdir("readable/x", 0777));
  CALL(mkdir("readable", 0777));
  CALL(mkdir("free/x", 0777));
  show("free/x");
  CALL(mkdir("free/x/y", 0));
  CALL(mkdir("free/x/y/z", 0777));
  CALL(rmdir("free/x/y"));
}

int main(void) {
  chmod(".", 0755);
  put("file", "x");
  mkdir("closed", 0700);
  mkdir("readable", 0755);
  mkdir("free", 0777);
  chmod("free", 0777);
  if (symlink("readable", "to-dir") || symlink("gone", "dangling")) return 1;
  run("user", user);
  CALL(mkdir("a", 07777));
  show("a");
  CALL(mkdir("a", 0777));
  CALL(mkdir("a/", 0777));
  CALL(mkdir("b/", 0777));
  CALL(mkdir("c//", 0777));
  CALL(mkdir("d/.", 0777));
  CALL(mkdir("a/.", 0777));
  CALL(mkdir("a/..", 0777));
  CALL(mkdir(".", 0777));
  CALL(mkdir("..", 0777));
  CALL(mkdir("/", 0777));
  CALL(mkdir("", 0777));
  CALL(mkdir("x/y", 0777));
  CALL(mkdir("file", 0777));
  CALL(mkdir("file/", 0777));
  CALL(mkdir("file/x", 0777));
  CALL(mkdir("to-dir", 0777));
  CALL(mkdir("to-dir/", 0777));
  CALL(mkdir("to-dir/new", 0777));
  CALL(mkdir("dangling", 0777));
  CALL(mkdir("dangling/", 0777));
  CALL(mkdir("dangling/x", 0777));
  CALL(mkdir(BAD, 0777));
  CALL(mkdirat(NO_FD, "x", 0777));
  CALL(mkdirat(NO_FD, "/", 0777));
  CALL(mkdirat(NO_FD, "", 0777));
  CALL(mkdirat(open("file", O_RDONLY), "x", 0777));
  CALL(mkdirat(open("a", O_PATH), "x", 0777));
  show("a/x");
  CALL(mkdir("/proc/x", 0777));
  CALL(mkdir("/proc/self/x", 0777));
  return 0;
}

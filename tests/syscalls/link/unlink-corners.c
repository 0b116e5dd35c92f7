/* unlink(2) and rmdir(2): dots, slashes, what is not empty, what is in use. */
#include "../files.h"

int main(void) {
  put("file", "x");
  mkdir("d", 0755);
  mkdir("d/sub", 0755);
  put("d/sub/f", "x");
  if (symlink("file", "to-file") || symlink("d", "to-d") || symlink("gone", "dangling")) return 1;
  CALL(unlink("."));
  CALL(unlink(".."));
  CALL(unlink("/"));
  CALL(unlink("d/."));
  CALL(unlink("d"));
  CALL(unlink("d/"));
  CALL(unlink("file/"));
  CALL(unlink("file/."));
  CALL(unlink("file/x"));
  CALL(unlink("to-file/"));
  CALL(unlink("to-d/"));
  CALL(unlink("dangling/"));
  CALL(unlink("gone"));
  CALL(unlink("gone/"));
  CALL(unlink("gone/x"));
  CALL(unlink(BAD));
  CALL(unlinkat(NO_FD, "file", 0));
  CALL(unlinkat(open("file", O_RDONLY), "x", 0));
  CALL(unlinkat(AT_FDCWD, "", 0));
  CALL(unlinkat(open("file", O_PATH), "", 0));
  CALL(unlinkat(AT_FDCWD, "file", 0xff));
  CALL(rmdir("."));
  CALL(rmdir(".."));
  CALL(rmdir("d/."));
  CALL(rmdir("d/sub/.."));
  CALL(rmdir("/"));
  CALL(rmdir("d"));
  CALL(rmdir("d/"));
  CALL(rmdir("file"));
  CALL(rmdir("file/"));
  CALL(rmdir("to-d"));
  CALL(rmdir("to-d/"));
  CALL(rmdir("to-file"));
  CALL(rmdir("gone"));
  CALL(rmdir(""));
  CALL(rmdir("/proc"));
  CALL(rmdir("/dev/pts"));
  CALL(unlink("/proc/self/status"));
  CALL(rmdir("/proc/self"));
  CALL(unlink("to-file"));
  show("file");
  CALL(unlink("dangling"));
  CALL(unlink("to-d"));
  CALL(unlink("d/sub/f"));
  CALL(rmdir("d/sub/"));
  CALL(rmdir("d"));
  return 0;
}

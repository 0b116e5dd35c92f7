/* Symbolic links in a path: 40 at most, counted over the whole walk. */
#include "../files.h"

static void chain(const char *prefix, int n, const char *end) {
  char name[64], target[64];
  for (int i = 1; i <= n; i++) {
    snprintf(name, 64, "%s%d", prefix, i);
    if (i == 1) snprintf(target, 64, "%s", end);
    else snprintf(target, 64, "%s%d", prefix, i - 1);
    if (symlink(target, name)) perror(name);
  }
}

int main(void) {
  struct stat st;
  char path[4096] = "";
  put("file", "x");
  mkdir("dir", 0755);
  put("dir/file", "y");
  chain("s", 41, "file");
  chain("d", 41, "dir");
  CALL(open("s40", O_RDONLY) >= 0);
  CALL(open("s41", O_RDONLY));
  CALL(stat("s41", &st));
  CALL(lstat("s41", &st));
  CALL(access("s41", F_OK));
  CALL(truncate("s41", 0));
  CALL(open("s41", O_CREAT | O_WRONLY, 0600));
  CALL(open("s41", O_CREAT | O_EXCL | O_WRONLY, 0600));
  CALL(stat("d40/file", &st));
  CALL(stat("d41/file", &st));
  CALL(chdir("d41"));
  CALL(chdir("d40"));
  CALL(chdir(".."));
  if (symlink(".", "here")) return 1;
  for (int i = 0; i < 40; i++) strcat(path, "here/");
  CALL(stat(path, &st));
  strcat(path, "file");
  CALL(stat(path, &st));
  memcpy(path + 40 * 5, "here/file", 10);
  CALL(stat(path, &st));
  if (symlink("b", "a") || symlink("a", "b") || symlink("self/x", "self")) return 1;
  CALL(stat("a", &st));
  CALL(stat("a/x", &st));
  CALL(stat("self", &st));
  CALL(mkdir("a", 0755));
  CALL(mkdir("a/x", 0755));
  CALL(unlink("a/x"));
  CALL(rename("file", "a/x"));
  CALL(rename("a", "c"));
  CALL(rmdir("b"));
  CALL(unlink("b"));
  return 0;
}

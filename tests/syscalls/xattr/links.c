/* Attributes belong to the file, not the name; the l forms mean the symbolic link. */
#include "../files.h"
#include <sys/xattr.h>

static char buffer[200];

static void list(const char *file) {
  ssize_t n = llistxattr(file, buffer, sizeof buffer);
  printf("%s:", file);
  for (ssize_t i = 0; i < n; i += strlen(buffer + i) + 1)
    if (strncmp(buffer + i, "security.selinux", 16)) printf(" %s", buffer + i);
  printf("\n");
}

static void user(void) {
  become(1000, 1000);
  list("file");
  CALL(listxattr("closed/x", buffer, 100));
}

int main(void) {
  mount_tmpfs("t", "mode=755");
  if (chdir("t")) return 1;
  put("file", "x");
  mkdir("closed", 0700);
  put("closed/x", "x");
  if (symlink("file", "s") || symlink("gone", "dangling") || link("file", "hard")) return 1;
  CALL(setxattr("s", "user.a", "1", 1, 0));
  CALL(getxattr("hard", "user.a", buffer, 10));
  CALL(lgetxattr("s", "user.a", buffer, 10));
  CALL(lsetxattr("s", "user.a", "1", 1, 0));
  CALL(lsetxattr("s", "trusted.a", "1", 1, 0));
  CALL(lgetxattr("s", "trusted.a", buffer, 10));
  CALL(getxattr("file", "trusted.a", buffer, 10));
  CALL(setxattr("dangling", "trusted.a", "1", 1, 0));
  CALL(lsetxattr("dangling", "trusted.a", "1", 1, 0));
  CALL(lremovexattr("dangling", "user.a"));
  CALL(setxattr("file", "trusted.t", "1", 1, 0));
  CALL(setxattr("file", "security.s", "1", 1, 0));
  list("file");
  list("s");
  list("dangling");
  run("user", user);
  CALL(rename("file", "moved"));
  list("moved");
  struct timespec t[2] = {{1, 0}, {2, 0}};
  struct stat before, after;
  utimensat(AT_FDCWD, "moved", t, 0);
  stat("moved", &before);
  CALL(setxattr("moved", "user.b", "1", 1, 0));
  stat("moved", &after);
  CALL(after.st_mtime);
  CALL(after.st_ctim.tv_sec >= before.st_ctim.tv_sec);
  /* Attributes go with the file; a copy over it keeps them. */
  put("moved", "new");
  CALL(getxattr("moved", "user.b", buffer, 10));
  CALL(unlink("moved"));
  CALL(getxattr("hard", "user.b", buffer, 10));
  if (chdir("..")) return 1;
  CALL(umount("t"));
  return 0;
}

/* link(2), symlink(2), unlink(2), rmdir(2), readlink(2). */
#include "../check.h"

int main(void) {
  char buffer[100] = "";
  struct stat st;
  put("a", "A");
  mkdir("d", 0755);
  CALL(link("a", "b"));
  stat("a", &st);
  CALL(st.st_nlink);
  CALL(link("a", "b"));
  CALL(link("d", "x"));
  CALL(link("missing", "x"));
  CALL(link("a", "d/"));
  CALL(symlink("", "x"));
  CALL(symlink("target", "s"));
  CALL(symlink("target", "s"));
  CALL(link("s", "hard")); /* The link itself. */
  CALL(lstat("hard", &st));
  printf("%d %ld\n", S_ISLNK(st.st_mode), (long)st.st_size);
  CALL(linkat(AT_FDCWD, "s", AT_FDCWD, "y", AT_SYMLINK_FOLLOW));
  CALL(readlink("s", buffer, 3));
  printf("%.3s\n", buffer);
  CALL(readlink("s", buffer, 0));
  CALL(readlink("a", buffer, 10));
  CALL(readlink("missing", buffer, 10));
  CALL(unlink("d"));
  CALL(unlink("missing"));
  CALL(unlink("a/"));
  CALL(unlink("s"));
  CALL(rmdir("a"));
  CALL(rmdir("d/."));
  CALL(rmdir("d/.."));
  CALL(rmdir("/"));
  mkdir("d/e", 0755);
  stat("d", &st);
  CALL(st.st_nlink >= 1);
  CALL(rmdir("d"));
  CALL(unlinkat(AT_FDCWD, "d/e", AT_REMOVEDIR));
  CALL(unlinkat(AT_FDCWD, "a", AT_REMOVEDIR));
  CALL(unlinkat(AT_FDCWD, "a", 1));
  CALL(rmdir("d"));
  int fd = open("a", O_RDWR);
  CALL(unlink("a"));
  CALL(unlink("b"));
  CALL(fstat(fd, &st));
  CALL(st.st_nlink);
  CALL(write(fd, "still", 5));
  mkdir("here", 0755);
  CALL(chdir("here"));
  CALL(rmdir("../here"));
  CALL(open("x", O_CREAT | O_WRONLY, 0600));
  DONE(syscall(SYS_getcwd, buffer, 100));
  return 0;
}

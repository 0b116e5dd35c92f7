/* What still works in a directory that was removed. */
#include "../files.h"
#include <sys/inotify.h>

int main(void) {
  char buffer[1000];
  struct stat st;
  mkdir("d", 0755);
  put("file", "x");
  int dir = open("d", O_RDONLY);
  CALL(chdir("d"));
  CALL(rmdir("../d"));
  CALL(stat(".", &st));
  CALL(st.st_nlink);
  CALL(open("new", O_CREAT | O_WRONLY, 0600));
  CALL(open("gone", O_RDONLY));
  CALL(mkdir("new", 0700));
  CALL(symlink("x", "new"));
  CALL(mkfifo("new", 0600));
  CALL(link("../file", "new"));
  CALL(rename("../file", "new"));
  CALL(rename("gone", "../x"));
  CALL(unlink("gone"));
  CALL(rmdir("."));
  CALL(rmdir("../d"));
  CALL(open(".", O_RDONLY) >= 0);
  CALL(open("..", O_RDONLY) >= 0);
  CALL(access("../file", F_OK));
  CALL(syscall(SYS_getdents64, dir, buffer, 1000));
  CALL(syscall(SYS_getcwd, buffer, 1000));
  CALL(chdir("."));
  CALL(fchdir(dir));
  CALL(chmod(".", 0700));
  CALL(fchmod(dir, 0711));
  CALL(fstat(dir, &st));
  printf("%o\n", st.st_mode);
  CALL(utimensat(AT_FDCWD, ".", NULL, 0));
  CALL(chdir(".."));
  CALL(syscall(SYS_getcwd, buffer, 1000) > 0);
  CALL(mkdirat(dir, "x", 0700));
  CALL(renameat(AT_FDCWD, "file", dir, "x"));
  CALL(mkdir("d", 0755)); /* Another one. */
  CALL(fstatat(dir, "../d", &st, 0));
  return 0;
}

/* Sizes of tmpfs's directories: entries are counted, and seeks and locks go by them. */
#include "mounts.h"

static void size(const char *name) {
  struct stat st;
  stat(name, &st);
  printf("%s: %ld bytes, %ld blocks\n", name, (long)st.st_size, (long)st.st_blocks);
}

int main(void) {
  private_mounts();
  mkdir("t", 0755);
  CALL(mount("t", "t", "tmpfs", 0, NULL));
  CALL(chdir("t"));
  size(".");
  mkdir("d", 0755);
  mkdir("e", 0755);
  put("f", "x");
  CALL(symlink("f", "s"));
  CALL(link("f", "d/g"));
  size(".");
  size("d");
  size("e");
  CALL(rename("d/g", "e/g"));
  CALL(rename("f", "e/h"));
  size(".");
  size("d");
  size("e");
  CALL(rename("s", "e/h"));
  size("e");
  CALL(syscall(SYS_renameat2, AT_FDCWD, "e/g", AT_FDCWD, "d", 2));
  size("e");
  CALL(unlink("e/h"));
  CALL(rmdir("e/g"));
  size("e");
  int fd = open("e", O_RDONLY);
  struct flock lock = {F_RDLCK, SEEK_END, 0, -40, 0};
  CALL(fcntl(fd, F_SETLK, &lock));
  lock.l_len = -41;
  CALL(fcntl(fd, F_SETLK, &lock));
  return 0;
}

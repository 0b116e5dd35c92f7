/* umount2(2): busy mounts, lazy ones, links, and what is still open. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  if (symlink("a", "link")) return 1;
  mount("one", "a", "tmpfs", 0, NULL);
  mkdir("a/in", 0755);
  int fd = open("a/file", O_RDWR | O_CREAT, 0644);
  CALL(umount2("a", 0));
  close(fd);
  CALL(chdir("a"));
  CALL(umount2("../a", 0));
  CALL(chdir(".."));
  mount("two", "a/in", "tmpfs", 0, NULL);
  CALL(umount2("a", 0));
  CALL(umount2("a", MNT_FORCE));
  CALL(umount2("link", UMOUNT_NOFOLLOW));
  fd = open("a", O_RDONLY | O_DIRECTORY);
  CALL(umount2("link", MNT_DETACH));
  show_mounts("detached");
  CALL(faccessat(fd, "file", F_OK, 0));
  CALL(mkdirat(fd, "new", 0755));
  CALL(openat(fd, "nowhere", O_RDONLY));
  CALL(faccessat(fd, "..", F_OK, 0));
  CALL(fchdir(fd));
  char path[300];
  CALL(syscall(SYS_getcwd, path, sizeof path) > 0);
  printf("%s\n", path);
  CALL(umount2(".", 0));
  return 0;
}

/* A mount point that another namespace removes: the mount goes. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("d", 0755);
  put("f", "");
  int ready[2], done[2];
  if (pipe(ready) || pipe(done)) return 1;
  pid_t pid = fork();
  char c;
  if (pid == 0) {
    CALL(unshare(CLONE_NEWNS));
    CALL(mount("x", "d", "tmpfs", 0, NULL));
    CALL(mount("f", "f", NULL, MS_BIND, NULL));
    if (write(ready[1], "", 1) != 1 || read(done[0], &c, 1) != 1) _exit(1);
    show_mounts("after the removal");
    CALL(has("d"));
    _exit(0);
  }
  if (read(ready[0], &c, 1) != 1) return 1;
  CALL(rmdir("d"));
  CALL(unlink("f"));
  if (write(done[1], "", 1) != 1) return 1;
  waitpid(pid, NULL, 0);
  return 0;
}

/* pivot_root(2): the documented way, the one without a place for the old root, and refusals. */
#include "mounts.h"

#define PIVOT(new_root, put_old) syscall(SYS_pivot_root, new_root, put_old)

static void classic(void) {
  private_mounts();
  mkdir("new", 0755);
  CALL(mount("root", "new", "tmpfs", 0, "mode=755"));
  mkdir("new/old", 0755);
  mkdir("new/proc", 0755);
  CALL(PIVOT("new", "new/old"));
  CALL(has("/old/proc/self"));
  CALL(has("/proc/self"));
  CALL(chdir("/"));
  CALL(umount2("/old", 0));
  CALL(umount2("/old", MNT_DETACH));
  CALL(has("/old/proc"));
  CALL(has("/old"));
  char path[100];
  printf("%s\n", getcwd(path, sizeof path));
}

static void dots(void) {
  private_mounts();
  mkdir("new", 0755);
  mount("root", "new", "tmpfs", 0, "mode=755");
  put("new/here", "");
  CALL(chdir("new"));
  CALL(PIVOT(".", "."));
  CALL(has("/here"));
  CALL(umount2(".", MNT_DETACH));
  CALL(has("/here"));
  CALL(has("here"));
  CALL(chdir(".."));
  CALL(has("here"));
}

static void refused(void) {
  private_mounts();
  mkdir("new", 0755);
  mkdir("plain", 0755);
  put("file", "");
  mount("root", "new", "tmpfs", 0, "mode=755");
  mkdir("new/old", 0755);
  CALL(PIVOT("plain", "plain"));
  CALL(PIVOT("new", "plain"));
  CALL(PIVOT("new/old", "new/old"));
  CALL(PIVOT("file", "new/old"));
  CALL(PIVOT("new", "nowhere"));
  CALL(PIVOT("/", "/"));
  CALL(PIVOT("/", "new/old"));
  CALL(PIVOT("new", "/"));
  CALL(PIVOT(BAD, "new"));
  mount(NULL, ".", NULL, MS_SHARED, NULL);
  CALL(PIVOT("new", "new/old"));
  mount(NULL, ".", NULL, MS_PRIVATE, NULL);
  mount(NULL, "new", NULL, MS_SHARED, NULL);
  CALL(PIVOT("new", "new/old"));
  mount(NULL, "new", NULL, MS_PRIVATE, NULL);
  CALL(chroot("plain"));
  CALL(PIVOT("/", "/"));
}

int main(void) {
  run("classic", classic);
  run("dots", dots);
  run("refused", refused);
  return 0;
}

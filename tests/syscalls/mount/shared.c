/* Shared mounts: what is mounted on one appears on the other, and goes with it. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mkdir("b", 0755);
  mount("base", "a", "tmpfs", 0, NULL);
  mkdir("a/x", 0755);
  mkdir("a/y", 0755);
  CALL(mount(NULL, "a", NULL, MS_SHARED, NULL));
  CALL(mount("a", "b", NULL, MS_BIND, NULL));
  show_mounts("peers");
  CALL(mount("new", "a/x", "tmpfs", 0, NULL));
  put("a/x/file", "1");
  CALL(has("b/x/file"));
  show_mounts("propagated");
  CALL(mount("other", "b/y", "tmpfs", 0, NULL));
  CALL(has("a/y"));
  CALL(umount("b/x"));
  show_mounts("unmounted on the other side");
  CALL(mount("again", "a/y", "tmpfs", 0, NULL));
  show_mounts("stacked");
  CALL(umount("a/y"));
  CALL(umount("a/y"));
  CALL(umount("b"));
  show_mounts("one left");
  return 0;
}

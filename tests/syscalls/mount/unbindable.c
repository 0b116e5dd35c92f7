/* Unbindable mounts: not to be bound, and left out of recursive binds. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mkdir("b", 0755);
  mount("outer", "a", "tmpfs", 0, NULL);
  mkdir("a/in", 0755);
  mkdir("a/in2", 0755);
  mount("inner", "a/in", "tmpfs", 0, NULL);
  mkdir("a/in/deep", 0755);
  mount("deep", "a/in/deep", "tmpfs", 0, NULL);
  mount("inner2", "a/in2", "tmpfs", 0, NULL);
  CALL(mount(NULL, "a/in", NULL, MS_UNBINDABLE, NULL));
  CALL(mount("a/in", "b", NULL, MS_BIND, NULL));
  CALL(mount("a", "b", NULL, MS_BIND | MS_REC, NULL));
  show_mounts("without the unbindable");
  CALL(umount2("b", MNT_DETACH));
  mount("target", "b", "tmpfs", 0, NULL);
  mkdir("b/to", 0755);
  CALL(mount(NULL, "b", NULL, MS_SHARED, NULL));
  CALL(mount("a", "b/to", NULL, MS_MOVE, NULL));
  CALL(mount(NULL, "a/in", NULL, MS_PRIVATE, NULL));
  CALL(mount("a", "b/to", NULL, MS_MOVE, NULL));
  show_mounts("moved into a shared mount");
  return 0;
}

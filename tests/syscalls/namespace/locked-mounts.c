/* What a user namespace inherits it cannot uncover: locked mounts and flags. */
#include "namespaces.h"

int main(void) {
  if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) return 1;
  mkdir("d", 0755);
  mkdir("to", 0755);
  mkdir("d/in", 0755);
  mount("x", "d", "tmpfs", MS_NOSUID | MS_NODEV, NULL);
  mkdir("d/in", 0755);
  mount("y", "d/in", "tmpfs", MS_RDONLY, NULL);
  CALL(unshare(CLONE_NEWUSER | CLONE_NEWNS));
  put_text("/proc/self/uid_map", "0 0 1");
  CALL(umount("d/in"));
  CALL(umount2("d", MNT_DETACH));
  CALL(mount("d", "to", NULL, MS_MOVE, NULL));
  CALL(mount("d", "to", NULL, MS_BIND, NULL));
  CALL(mount("d", "to", NULL, MS_BIND | MS_REC, NULL));
  CALL(umount("to/in"));
  CALL(umount("to"));
  CALL(umount2("to", MNT_DETACH));
  CALL(mount(NULL, "d", NULL, MS_REMOUNT | MS_BIND, NULL));
  CALL(mount(NULL, "d", NULL, MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL));
  CALL(mount(NULL, "d/in", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOATIME, NULL));
  CALL(mount("mine", "to", "tmpfs", 0, NULL));
  CALL(umount("to"));
  CALL(mount("x", "to", "devtmpfs", 0, NULL));
  return 0;
}

/* mount(2), umount2(2): arguments that are refused. */
#include "mounts.h"

static void without_privilege(void) {
  if (setgid(1000) || setuid(1000)) _exit(9);
  CALL(mount("x", "d", "tmpfs", 0, NULL));
  CALL(mount("x", "nowhere", "tmpfs", 0, NULL));
  CALL(umount2("d", 0));
  CALL(umount2("d", 0x100));
  CALL(syscall(SYS_pivot_root, "nowhere", "nowhere"));
}

int main(void) {
  private_mounts();
  mkdir("d", 0755);
  put("f", "");
  CALL(mount("x", "d", "nosuchfs", 0, NULL));
  CALL(mount("x", "d", NULL, 0, NULL));
  CALL(mount("x", "d", "", 0, NULL));
  CALL(mount("x", "nowhere", "tmpfs", 0, NULL));
  CALL(mount("x", "f", "tmpfs", 0, NULL));
  CALL(mount("x", "f/d", "tmpfs", 0, NULL));
  CALL(mount("x", NULL, "tmpfs", 0, NULL));
  CALL(mount("x", "d", BAD, 0, NULL));
  CALL(mount(BAD, "d", "tmpfs", 0, NULL));
  CALL(mount("x", "d", "tmpfs", 0, BAD));
  CALL(mount("x", "d", "tmpfs", 0, "nosuchoption=1"));
  CALL(mount("x", "d", "tmpfs", 0, "size=lots"));
  CALL(mount("x", "d", "tmpfs", 0, "mode=9"));
  CALL(mount("x", "", "tmpfs", 0, NULL));
  CALL(mount("nowhere", "d", NULL, MS_BIND, NULL));
  CALL(mount(NULL, "d", NULL, MS_BIND, NULL));
  CALL(mount("", "d", NULL, MS_BIND, NULL));
  CALL(mount("f", "d", NULL, MS_BIND, NULL));
  CALL(mount("d", "f", NULL, MS_BIND, NULL));
  CALL(mount(NULL, "d", NULL, MS_REMOUNT, NULL));
  CALL(mount(NULL, "d", NULL, MS_REMOUNT | MS_BIND, NULL));
  CALL(mount("d", "f", NULL, MS_MOVE, NULL));
  CALL(mount(NULL, "d", NULL, MS_MOVE, NULL));
  CALL(mount(NULL, "d", NULL, MS_SHARED, NULL));
  CALL(mount(NULL, ".", NULL, MS_SHARED | MS_PRIVATE, NULL));
  CALL(mount(NULL, ".", NULL, MS_SHARED | MS_RDONLY, NULL));
  CALL(mount(NULL, ".", NULL, MS_SHARED | MS_SILENT, NULL));
  CALL(umount2("d", 0));
  CALL(umount2("f", 0));
  CALL(umount2("nowhere", 0));
  CALL(umount2("d", 0x100));
  CALL(umount2("d", MNT_EXPIRE | MNT_DETACH));
  CALL(umount2(BAD, 0));
  CALL(umount2("", 0));
  run("a user", without_privilege);
  return 0;
}

/* MS_REMOUNT of a filesystem: read-only for all its mounts, options, and files open for writing. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mkdir("b", 0755);
  mount("fs", "a", "tmpfs", 0, "size=1m");
  mount("a", "b", NULL, MS_BIND, NULL);
  int fd = open("a/file", O_RDWR | O_CREAT, 0644);
  CALL(mount(NULL, "a", NULL, MS_REMOUNT | MS_RDONLY, NULL));
  close(fd);
  CALL(mount(NULL, "a", NULL, MS_REMOUNT | MS_RDONLY, NULL));
  CALL(open("a/file", O_RDWR));
  CALL(open("b/file", O_RDWR));
  show_mounts("read-only");
  CALL(mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND, NULL));
  CALL(open("b/file", O_RDWR));
  CALL(mount(NULL, "b", NULL, MS_REMOUNT, "size=2m"));
  DONE(open("b/file", O_RDWR));
  CALL(open("a/file", O_RDWR)); /* Its own flag is still set. */
  CALL(mount(NULL, "b", NULL, MS_REMOUNT, "nosuchoption"));
  CALL(mount(NULL, "b", NULL, MS_REMOUNT | MS_NOATIME, NULL));
  show_mounts("noatime");
  CALL(mount(NULL, "b", NULL, MS_REMOUNT | MS_NOSUID, NULL)); /* Access times stay. */
  show_mounts("noatime stays");
  CALL(mount(NULL, "b", NULL, MS_REMOUNT | MS_STRICTATIME, NULL));
  show_mounts("strict");
  CALL(mount(NULL, "b", NULL, MS_REMOUNT | MS_RELATIME | MS_NODIRATIME, NULL));
  show_mounts("nodiratime");
  return 0;
}

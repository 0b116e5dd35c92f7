/* Filesystems there is one of: proc, sysfs, devtmpfs, cgroup2 and mqueue. */
#include "mounts.h"
#include <sys/vfs.h>

static void try(const char *type) {
  struct statfs fs;
  char text[80];
  printf("%s\n", type);
  CALL(mount("x", "d", type, 0, NULL));
  if (statfs("d", &fs) == 0) printf("  %lx\n", (long)fs.f_type);
  CALL(mount("x", "d", type, 0, NULL));
  CALL(mount("x", "d", type, 0, "nosuchoption"));
  snprintf(text, sizeof text, "d/new");
  CALL(open(text, O_CREAT | O_RDWR, 0644));
  while (umount("d") == 0) {
  }
}

int main(void) {
  private_mounts();
  mkdir("d", 0755);
  try("proc");
  try("sysfs");
  try("cgroup2");
  CALL(mount("x", "d", "proc", 0, "hidepid=9"));
  CALL(mount("x", "d", "proc", 0, "hidepid=2,gid=0"));
  CALL(has("d/self/stat"));
  return 0;
}

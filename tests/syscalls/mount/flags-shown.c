/* Flags of mounts in /proc, statvfs(3) and statx(2). */
#include "mounts.h"
#include <sys/statvfs.h>

static void show(const char *title, unsigned long flags) {
  struct statvfs fs;
  CALL(mount("x", "d", "tmpfs", flags, NULL));
  statvfs("d", &fs);
  printf("%s: %lx\n", title, fs.f_flag & ~0x1020ul); /* ST_RELATIME and ST_VALID are the default. */
  show_mounts(title);
  struct statx stx;
  statx(AT_FDCWD, "d", 0, STATX_BASIC_STATS, &stx);
  printf("mount root %d\n", (stx.stx_attributes & 0x2000) != 0);
  umount("d");
}

int main(void) {
  private_mounts();
  mkdir("d", 0755);
  show("none", 0);
  show("ro", MS_RDONLY);
  show("nosuid", MS_NOSUID);
  show("nodev noexec", MS_NODEV | MS_NOEXEC);
  show("noatime", MS_NOATIME);
  show("nodiratime", MS_NODIRATIME);
  show("strictatime", MS_STRICTATIME);
  show("both", MS_STRICTATIME | MS_NOATIME);
  show("silent", MS_SILENT);
  show("magic", 0xc0ed0000 | MS_RDONLY);
  return 0;
}

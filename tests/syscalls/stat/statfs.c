/* statfs(2), fstatfs(2): types, flags, sizes of a tmpfs. */
#include "../files.h"
#include <sys/vfs.h>

static void info(const char *path) {
  struct statfs fs;
  if (statfs(path, &fs)) {
    printf("%s: %s\n", path, strerrorname_np(errno));
    return;
  }
  printf("%s: type %lx bsize %ld namelen %ld frsize %ld flags %lx\n", path, (long)fs.f_type,
         (long)fs.f_bsize, (long)fs.f_namelen, (long)fs.f_frsize, (long)fs.f_flags);
}

int main(void) {
  struct statfs fs, other;
  mount_tmpfs("t", "size=1m,nr_inodes=100");
  info("t");
  CALL(mount(NULL, "t", NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m"));
  info("t");
  CALL(mount(NULL, "t", NULL, MS_REMOUNT | MS_NOATIME, NULL));
  info("t");
  CALL(mount(NULL, "t", NULL, MS_REMOUNT | MS_NODIRATIME | MS_STRICTATIME, NULL));
  info("t");
  info("gone");
  CALL(statfs("t", BAD));
  CALL(statfs(BAD, &fs));
  CALL(statfs("", &fs));
  CALL(fstatfs(NO_FD, &fs));
  CALL(fstatfs(open("t", O_PATH), &fs));
  CALL(statfs("t", &other));
  CALL(memcmp(&fs, &other, sizeof fs));
  printf("%ld %ld %ld %ld %ld\n", (long)fs.f_blocks, (long)fs.f_bfree, (long)fs.f_bavail, (long)fs.f_files, (long)fs.f_ffree);
  int ends[2];
  if (pipe(ends)) return 1;
  CALL(fstatfs(ends[0], &fs));
  CALL(fs.f_type);
  umount2("t", MNT_DETACH);
  return 0;
}

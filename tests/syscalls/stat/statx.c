/* statx(2): masks, flags, the fields that need no luck. */
#include "../files.h"
#include <sys/sysmacros.h>

static struct statx sx;
static void fields(const char *what) {
  printf("%s: mask %x mode %o links %u owner %u:%u size %ld blksize %d\n", what,
         sx.stx_mask & (STATX_BASIC_STATS), sx.stx_mode, sx.stx_nlink, sx.stx_uid, sx.stx_gid,
         (long)sx.stx_size, sx.stx_blksize > 0);
}

int main(void) {
  struct stat st;
  mount_tmpfs("t", "");
  put("t/f", "hello");
  mkdir("t/d", 0755);
  if (symlink("f", "t/s") || chdir("t")) return 1;
  CALL(statx(AT_FDCWD, "f", 0, STATX_BASIC_STATS, &sx));
  fields("file");
  stat("f", &st);
  CALL(sx.stx_ino == st.st_ino);
  CALL(makedev(sx.stx_dev_major, sx.stx_dev_minor) == st.st_dev);
  CALL(sx.stx_mtime.tv_sec == st.st_mtim.tv_sec && sx.stx_mtime.tv_nsec == st.st_mtim.tv_nsec);
  CALL(statx(AT_FDCWD, "f", 0, STATX_ALL, &sx));
  CALL((sx.stx_mask & STATX_BTIME) != 0);
  CALL(sx.stx_btime.tv_sec > 1000000);
  CALL(statx(AT_FDCWD, "f", 0, STATX_MNT_ID, &sx));
  CALL((sx.stx_mask & STATX_MNT_ID) != 0);
  CALL(statx(AT_FDCWD, "f", 0, 0x7fffffff, &sx));
  CALL(statx(AT_FDCWD, "f", 0, STATX__RESERVED, &sx));
  CALL(statx(AT_FDCWD, "s", 0, STATX_BASIC_STATS, &sx));
  fields("followed");
  CALL(statx(AT_FDCWD, "s", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &sx));
  fields("link");
  CALL(statx(AT_FDCWD, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &sx));
  CALL(S_ISDIR(sx.stx_mode));
  CALL(sx.stx_attributes & STATX_ATTR_MOUNT_ROOT);
  CALL(sx.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT);
  CALL(statx(AT_FDCWD, "d", AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &sx));
  CALL(sx.stx_attributes & STATX_ATTR_MOUNT_ROOT);
  CALL(statx(open("f", O_RDONLY), "", AT_EMPTY_PATH, STATX_SIZE, &sx));
  CALL(sx.stx_size);
  CALL(statx(open("f", O_PATH), "", 0, STATX_SIZE, &sx));
  CALL(statx(AT_FDCWD, "f", AT_STATX_FORCE_SYNC, STATX_SIZE, &sx));
  CALL(statx(AT_FDCWD, "f", AT_STATX_DONT_SYNC, STATX_SIZE, &sx));
  CALL(statx(AT_FDCWD, "f", AT_STATX_SYNC_TYPE, STATX_SIZE, &sx));
  CALL(statx(AT_FDCWD, "f", AT_SYMLINK_FOLLOW, STATX_SIZE, &sx));
  CALL(statx(AT_FDCWD, "f", AT_REMOVEDIR, STATX_SIZE, &sx));
  CALL(statx(NO_FD, "f", 0, STATX_SIZE, &sx));
  CALL(statx(NO_FD, "", AT_EMPTY_PATH, STATX_SIZE, &sx));
  CALL(statx(AT_FDCWD, "gone", 0, STATX_SIZE, &sx));
  CALL(statx(AT_FDCWD, "f", 0, STATX_SIZE, BAD));
  CALL(statx(AT_FDCWD, BAD, 0, STATX_SIZE, &sx));
  mknod("dev", S_IFCHR | 0600, makedev(240, 7));
  CALL(statx(AT_FDCWD, "dev", 0, STATX_BASIC_STATS, &sx));
  printf("%d:%d\n", sx.stx_rdev_major, sx.stx_rdev_minor);
  if (chdir("..")) return 1;
  umount2("t", MNT_DETACH);
  return 0;
}

/* Calls on names. */
#include "fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>

FLAGS(open_flags, 1 << 30, 0, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NONBLOCK, O_DIRECTORY, O_NOFOLLOW,
      O_CLOEXEC, O_PATH, O_NOATIME, O_SYNC, O_TMPFILE, O_CREAT | O_EXCL, 3, O_RDONLY)
FLAGS(at_flags, 0x10, 0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_SYMLINK_FOLLOW, AT_NO_AUTOMOUNT, AT_REMOVEDIR)
VALUES(link_flags, 0, 0, AT_SYMLINK_FOLLOW, AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, 1)
VALUES(unlink_flags, 0, 0, AT_REMOVEDIR, AT_REMOVEDIR, 1)
VALUES(rename_flags, 0, 0, 1, 2, 4, 3, 8)
VALUES(access_mode, 0, 1, 2, 4, 7, 8, -1)
VALUES(statx_flags, 0, 0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, 0x2000, 0x4000, 0x6000, 1)
VALUES(statx_mask, 0x7ff, 0xfff, 0, 0x80000000ul)
VALUES(xattr_flags, 0, 0, 1, 2, 3, 4)
VALUES(xattr_size, 0, 1, 5, 16, 100, 65536, 65537, -1)
VALUES(device, 0, 0x103, -1)
VALUES(node_mode, 0644, S_IFREG | 0600, S_IFIFO | 0644, S_IFSOCK | 0777, S_IFDIR | 0755, S_IFLNK | 0777, 0170000)
FLAGS(watch_mask, 0, IN_ACCESS, IN_MODIFY, IN_CREATE, IN_ALL_EVENTS, IN_ONLYDIR, IN_DONT_FOLLOW, IN_MASK_ADD, IN_ONESHOT,
      IN_MASK_CREATE)
VALUES(how_size, 24, 24, 24, 0, 8, 23, 32, 4096, 4097, -1)

static word stat_buffer(int slot) {
  struct stat value;
  memset(&value, 0xa5, sizeof value);
  say("stat");
  return place(slot, &value, sizeof value);
}

static void show_stat_at(word addr, long result) {
  struct stat value;
  if (result != 0 || !is_readable(addr, sizeof value)) return;
  memcpy(&value, (const void *)addr, sizeof value);
  say(" mode %o links %lu owner %u:%u", value.st_mode, (unsigned long)value.st_nlink, value.st_uid, value.st_gid);
  if (!S_ISDIR(value.st_mode)) say(" size %ld", (long)value.st_size);
}
static void show_stat1(const word args[6], long result) { show_stat_at(args[1], result); }
static void show_stat2(const word args[6], long result) { show_stat_at(args[2], result); }

static void show_statx(const word args[6], long result) {
  struct statx value;
  if (result != 0 || !is_readable(args[4], sizeof value)) return;
  memcpy(&value, (const void *)args[4], sizeof value);
  say(" mode %o links %u owner %u:%u", value.stx_mode, value.stx_nlink, value.stx_uid, value.stx_gid);
}

static void show_statfs(const word args[6], long result) {
  struct statfs value;
  if (result != 0 || !is_readable(args[1], sizeof value)) return;
  memcpy(&value, (const void *)args[1], sizeof value);
  say(" type %lx name %ld block %ld", (long)value.f_type, (long)value.f_namelen, (long)value.f_bsize);
}

static word xattr_name(int slot) {
  static const char *const names[] = {"user.one", "user.one", "user.two", "user.", "user", "", "trusted.x", "security.x",
                                      "system.posix_acl_access", "system.x", "nothing.x"};
  const char *name = ONE_OF(names);
  say("\"%s\"", name);
  return place(slot, name, strlen(name) + 1);
}

static word open_how(int slot) {
  static const uint64_t resolves[] = {0, 0, 1, 2, 4, 8, 16, 32, 24, 64};
  uint64_t how[512];
  memset(how, 0, sizeof how);
  say("{");
  how[0] = open_flags(slot);
  how[1] = below(3) ? 0 : 0644;
  how[2] = ONE_OF(resolves);
  if (below(10) == 0) how[3] = 1;
  say(", %lo, %lx, %lx}", how[1], how[2], how[3]);
  return place(slot, how, below(4) ? 24 : sizeof how);
}

static word times(int slot) {
  static const long parts[] = {0, 0, 1, 500000, 999999999, 1000000000, -1, 0x3fffffff, 0x3ffffffe};
  static const long seconds[] = {0, 1, 1000000000, -1, 1l << 33};
  long value[4];
  if (below(4) == 0) {
    say("NULL");
    return 0;
  }
  for (int i = 0; i < 4; i++) value[i] = i % 2 ? ONE_OF(parts) : ONE_OF(seconds);
  say("{%ld, %ld, %ld, %ld}", value[0], value[1], value[2], value[3]);
  return place(slot, value, sizeof value);
}

static void show_link(const word args[6], long result) { show_bytes1(args, result); }
static void show_link_at(const word args[6], long result) {
  if (result > 0) show_hash("bytes", args[2], result);
}
static void show_cwd(const word args[6], long result) {
  if (result > 0) show_hash("bytes", args[0], result);
}
static void show_xattr(const word args[6], long result) {
  if (result > 0 && args[3] != 0) show_hash("bytes", args[2], result);
}

static word work_folder(int slot) {
  static const char *const names[] = {"/", "/", "/dir", "/file", "/missing", "/private", "/loop", ""};
  const char *name = ONE_OF(names);
  say("\"%s\"", name);
  return place(slot, name, strlen(name) + 1);
}
static word watch_fd(int slot) {
  (void)slot;
  if (below(5) == 0) return any_fd(slot);
  say("25");
  return 25;
}

static const struct call CALLS[] = {
    {"open", SYS_open, 1, {path, open_flags, mode}, NULL},
    {"openat", SYS_openat, 1, {dir_fd, path, open_flags, mode}, NULL},
    {"openat", SYS_openat, 1, {dir_fd, path, open_flags, mode}, NULL},
    {"openat2", SYS_openat2, 1, {dir_fd, path, open_how, how_size}, NULL},
    {"creat", SYS_creat, 1, {path, mode}, NULL},
    {"stat", SYS_stat, 0, {path, stat_buffer}, show_stat1},
    {"lstat", SYS_lstat, 0, {path, stat_buffer}, show_stat1},
    {"newfstatat", SYS_newfstatat, 0, {dir_fd, path, stat_buffer, at_flags}, show_stat2},
    {"statx", SYS_statx, 0, {dir_fd, path_or_null, statx_flags, statx_mask, out_pointer}, show_statx},
    {"statfs", SYS_statfs, 0, {path, out_pointer}, show_statfs},
    {"access", SYS_access, 0, {path, access_mode}, NULL},
    {"faccessat", SYS_faccessat, 0, {dir_fd, path, access_mode}, NULL},
    {"faccessat2", SYS_faccessat2, 0, {dir_fd, path, access_mode, at_flags}, NULL},
    {"mkdir", SYS_mkdir, 0, {path, mode}, NULL},
    {"mkdirat", SYS_mkdirat, 0, {dir_fd, path, mode}, NULL},
    {"rmdir", SYS_rmdir, 0, {path}, NULL},
    {"unlink", SYS_unlink, 0, {path}, NULL},
    {"unlinkat", SYS_unlinkat, 0, {dir_fd, path, unlink_flags}, NULL},
    {"rename", SYS_rename, 0, {path, path}, NULL},
    {"renameat", SYS_renameat, 0, {dir_fd, path, dir_fd, path}, NULL},
    {"renameat2", SYS_renameat2, 0, {dir_fd, path, dir_fd, path, rename_flags}, NULL},
    {"link", SYS_link, 0, {path, path}, NULL},
    {"linkat", SYS_linkat, 0, {dir_fd, path, dir_fd, path, link_flags}, NULL},
    {"symlink", SYS_symlink, 0, {path, path}, NULL},
    {"symlinkat", SYS_symlinkat, 0, {path, dir_fd, path}, NULL},
    {"readlink", SYS_readlink, 0, {path, out_buffer, length}, show_link},
    {"readlinkat", SYS_readlinkat, 0, {dir_fd, path, out_buffer, length}, show_link_at},
    {"mknod", SYS_mknod, 0, {path, node_mode, device}, NULL},
    {"mknodat", SYS_mknodat, 0, {dir_fd, path, node_mode, device}, NULL},
    {"chmod", SYS_chmod, 0, {path, mode}, NULL},
    {"fchmodat", SYS_fchmodat, 0, {dir_fd, path, mode}, NULL},
    {"chown", SYS_chown, 0, {path, id, id}, NULL},
    {"lchown", SYS_lchown, 0, {path, id, id}, NULL},
    {"fchownat", SYS_fchownat, 0, {dir_fd, path, id, id, at_flags}, NULL},
    {"utimensat", SYS_utimensat, 0, {dir_fd, path_or_null, times, at_flags}, NULL},
    {"utimes", SYS_utimes, 0, {path, times}, NULL},
    {"truncate", SYS_truncate, 0, {path, offset}, NULL},
    {"chdir", SYS_chdir, 0, {work_folder}, NULL},
    {"fchdir", SYS_fchdir, 0, {any_fd}, NULL},
    {"getcwd", SYS_getcwd, 0, {out_buffer, length}, show_cwd},
    {"setxattr", SYS_setxattr, 0, {path, xattr_name, in_buffer, xattr_size, xattr_flags}, NULL},
    {"getxattr", SYS_getxattr, 0, {path, xattr_name, out_buffer, xattr_size}, show_xattr},
    {"fsetxattr", SYS_fsetxattr, 0, {any_fd, xattr_name, in_buffer, xattr_size, xattr_flags}, NULL},
    {"fgetxattr", SYS_fgetxattr, 0, {any_fd, xattr_name, out_buffer, xattr_size}, show_xattr},
    {"listxattr", SYS_listxattr, 0, {path, out_buffer, xattr_size}, NULL},
    {"removexattr", SYS_removexattr, 0, {path, xattr_name}, NULL},
    {"umask", SYS_umask, 0, {mode}, NULL},
    {"inotify_add_watch", SYS_inotify_add_watch, 0, {watch_fd, path, watch_mask}, NULL},
    {"inotify_rm_watch", SYS_inotify_rm_watch, 0, {watch_fd, small}, NULL},
};

const struct family paths_family = {"paths", CALLS, sizeof CALLS / sizeof *CALLS};

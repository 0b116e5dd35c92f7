/* Calls on open files: reading, writing, places, sizes, flags of descriptors, locks. */
#include "fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <termios.h>

VALUES(whence, 0, 0, 1, 1, 2, 2, 3, 4, 5, -1)
VALUES(fcntl_command, F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETOWN, F_GETSIG,
       F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS, 1000, -1)
VALUES(fcntl_value, 0, 1, 1, 2, 5, 20, 30, 45, 1024, 2048, O_NONBLOCK, O_APPEND, O_ASYNC, O_NOATIME, -1, 3, 4, 8,
       16, 0x1f, 1 << 20)
VALUES(lock_command, F_GETLK, F_SETLK, F_SETLK, F_OFD_GETLK, F_OFD_SETLK)
VALUES(flock_operation, LOCK_SH, LOCK_EX, LOCK_UN, LOCK_SH | LOCK_NB, LOCK_EX | LOCK_NB, 0, LOCK_NB, 16, 32, -1)
VALUES(sync_flags, 0, 1, 2, 4, 7, 8, -1)
VALUES(rw_flags, 0, 0, 0, RWF_HIPRI, RWF_DSYNC, RWF_SYNC, RWF_NOWAIT, RWF_APPEND, RWF_NOWAIT | RWF_APPEND, 0x1000, -1)
VALUES(advice, 0, 1, 2, 3, 4, 5, 6, -1)
VALUES(allocate_mode, 0, 0, 1, 2, 3, 8, 16, 17, 32, 33, 64, 128, -1)
VALUES(dup_flags, 0, 0, O_CLOEXEC, O_CLOEXEC, O_NONBLOCK, -1)
VALUES(range_flags, 0, 2, 4, 1, 6, 8)
VALUES(ioctl_request, FIONREAD, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX, FIOASYNC, TCGETS, TIOCGWINSZ, TIOCGPGRP, FIOQSIZE,
       0, -1, 0x12345678)

static word lock(int slot) {
  static const short types[] = {F_RDLCK, F_WRLCK, F_UNLCK, 7};
  static const long starts[] = {0, 0, 10, 100, -5, 1l << 40};
  static const long lengths[] = {0, 0, 1, 10, -3, 1000};
  struct flock value;
  memset(&value, 0, sizeof value);
  value.l_type = ONE_OF(types);
  value.l_whence = below(5);
  value.l_start = ONE_OF(starts);
  value.l_len = ONE_OF(lengths);
  value.l_pid = below(8) == 0;
  say("{%d, %d, %ld, %ld, %d}", value.l_type, value.l_whence, value.l_start, value.l_len, value.l_pid);
  return place(slot, &value, sizeof value);
}

static void show_lock(const word args[6], long result) {
  struct flock value;
  if (result != 0 || !is_readable(args[2], sizeof value)) return;
  memcpy(&value, (const void *)args[2], sizeof value);
  say(" lock %d %d %ld %ld", value.l_type, value.l_whence, value.l_start, value.l_len);
}

static word stat_buffer(int slot) {
  struct stat value;
  memset(&value, 0xa5, sizeof value);
  say("stat");
  return place(slot, &value, sizeof value);
}

static void show_stat(const word args[6], long result) {
  struct stat value;
  if (result != 0 || !is_readable(args[1], sizeof value)) return;
  memcpy(&value, (const void *)args[1], sizeof value);
  say(" mode %o links %lu owner %u:%u", value.st_mode, (unsigned long)value.st_nlink, value.st_uid, value.st_gid);
  if (!S_ISDIR(value.st_mode)) say(" size %ld", (long)value.st_size);
}

static word ioctl_argument(int slot) { return int_pointer(slot); }

static void show_ioctl(const word args[6], long result) {
  if (result == 0 && (args[1] == FIONREAD || args[1] == FIOQSIZE)) show_int("gives", args[2]);
}

static word first_fd(int slot) {
  static const word list[] = {20, 25, 29, 32, 33, 40, 60, 1000, -1};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}
static word last_fd(int slot) {
  static const word list[] = {21, 26, 30, 32, 34, 45, 70, 0, -1};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}

static void show_statfs(const word args[6], long result) {
  struct statfs value;
  if (result != 0 || !is_readable(args[1], sizeof value)) return;
  memcpy(&value, (const void *)args[1], sizeof value);
  say(" type %lx name %ld block %ld", (long)value.f_type, (long)value.f_namelen, (long)value.f_bsize);
}

static word dirents_fd(int slot) {
  if (below(4)) {
    say("3");
    return 3;
  }
  return any_fd(slot);
}

/* The order of names is the file system's affair. */
static void show_dirents(const word args[6], long result) {
  unsigned sum = 0;
  long at = 0;
  if (result <= 0 || !is_readable(args[1], result)) return;
  while (at < result) {
    const unsigned char *entry = (const unsigned char *)args[1] + at;
    for (const unsigned char *p = entry + 19; *p; p++) sum += *p;
    sum += entry[18] * 1000;
    at += entry[16] + entry[17] * 256;
  }
  say(" names %u", sum);
}
VALUES(dirents_size, 0, 1, 20, 23, 24, 4096, 4096, 8192, -1)

static const struct call CALLS[] = {
    {"read", SYS_read, 1, {any_fd, out_buffer, length}, show_bytes1},
    {"write", SYS_write, 1, {any_fd, in_buffer, length}, NULL},
    {"pread64", SYS_pread64, 1, {any_fd, out_buffer, length, offset}, show_bytes1},
    {"pwrite64", SYS_pwrite64, 1, {any_fd, in_buffer, length, offset}, NULL},
    {"readv", SYS_readv, 1, {any_fd, iovec_out, iovec_count}, show_iovec1},
    {"writev", SYS_writev, 1, {any_fd, iovec_in, iovec_count}, NULL},
    {"preadv", SYS_preadv, 1, {any_fd, iovec_out, iovec_count, offset}, show_iovec1},
    {"pwritev", SYS_pwritev, 1, {any_fd, iovec_in, iovec_count, offset}, NULL},
    {"preadv2", SYS_preadv2, 1, {any_fd, iovec_out, iovec_count, offset, zero, rw_flags}, show_iovec1},
    {"pwritev2", SYS_pwritev2, 1, {any_fd, iovec_in, iovec_count, offset, zero, rw_flags}, NULL},
    {"lseek", SYS_lseek, 0, {any_fd, offset, whence}, NULL},
    {"lseek", SYS_lseek, 0, {any_fd, offset, whence}, NULL},
    {"fstat", SYS_fstat, 0, {any_fd, stat_buffer}, show_stat},
    {"fstatfs", SYS_fstatfs, 0, {any_fd, out_pointer}, show_statfs},
    {"ftruncate", SYS_ftruncate, 0, {any_fd, offset}, NULL},
    {"fallocate", SYS_fallocate, 0, {any_fd, allocate_mode, offset, offset}, NULL},
    {"fsync", SYS_fsync, 0, {any_fd}, NULL},
    {"fdatasync", SYS_fdatasync, 0, {any_fd}, NULL},
    {"syncfs", SYS_syncfs, 0, {any_fd}, NULL},
    {"sync_file_range", SYS_sync_file_range, 0, {any_fd, offset, offset, sync_flags}, NULL},
    {"fadvise64", SYS_fadvise64, 0, {any_fd, offset, offset, advice}, NULL},
    {"readahead", SYS_readahead, 0, {any_fd, offset, length}, NULL},
    {"dup", SYS_dup, 0, {any_fd}, NULL},
    {"dup2", SYS_dup2, 0, {any_fd, any_fd}, NULL},
    {"dup3", SYS_dup3, 0, {any_fd, any_fd, dup_flags}, NULL},
    {"close", SYS_close, 0, {first_fd}, NULL},
    {"close_range", SYS_close_range, 0, {first_fd, last_fd, range_flags}, NULL},
    {"fcntl", SYS_fcntl, 0, {any_fd, fcntl_command, fcntl_value}, NULL},
    {"fcntl", SYS_fcntl, 0, {any_fd, fcntl_command, fcntl_value}, NULL},
    {"fcntl", SYS_fcntl, 0, {any_fd, lock_command, lock}, show_lock},
    {"fcntl", SYS_fcntl, 0, {any_fd, lock_command, lock}, show_lock},
    {"flock", SYS_flock, 1, {any_fd, flock_operation}, NULL},
    {"ioctl", SYS_ioctl, 0, {any_fd, ioctl_request, ioctl_argument}, show_ioctl},
    {"fchmod", SYS_fchmod, 0, {any_fd, mode}, NULL},
    {"fchown", SYS_fchown, 0, {any_fd, id, id}, NULL},
    {"getdents64", SYS_getdents64, 0, {dirents_fd, out_buffer, dirents_size}, show_dirents},
};

const struct family files_family = {"files", CALLS, sizeof CALLS / sizeof *CALLS};

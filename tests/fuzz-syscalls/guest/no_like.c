/* Calls that are not made, because this kernel's version decides what they do: see has_no_like. */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int can_read(word addr, void *into, size_t size) {
  struct iovec local = {into, size}, remote = {(void *)addr, size};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == (ssize_t)size;
}

/* The first byte that a vector names; 0: none. */
static word first_byte(word list, word count) {
  struct iovec buffer;
  for (word i = 0; i < count && i < 1024 && can_read(list + 16 * i, &buffer, sizeof buffer); i++)
    if (buffer.iov_len > 0) return (word)buffer.iov_base;
  return 0;
}

/* Since Linux 6.6 places in a directory in memory are the entries' own; before, and in the sandbox, they are counted. */
static int moves_in_directory(int nr, const word args[6]) {
  struct stat file;
  return nr == SYS_lseek && args[1] != 0 && fstat((int)args[0], &file) == 0 && S_ISDIR(file.st_mode);
}

/*
 * Since Linux 6.16 a write that begins behind the end of a file in memory makes the file longer even when it fails,
 * because none of its bytes can be read (generic_perform_write copies before it looks).
 */
static int only_grows(int nr, const word args[6]) {
  int is_vector = nr == SYS_writev || nr == SYS_pwritev || nr == SYS_pwritev2;
  int has_offset = nr == SYS_pwrite64 || nr == SYS_pwritev || nr == SYS_pwritev2;
  int fd = (int)args[0];
  struct stat file;
  char byte;
  if (nr != SYS_write && !is_vector && !has_offset) return 0;
  if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode) || (fcntl(fd, F_GETFL) & O_APPEND)) return 0;
  long at = has_offset && (long)args[3] != -1 ? (long)args[3] : lseek(fd, 0, SEEK_CUR);
  if (at <= file.st_size) return 0;
  word first = is_vector ? first_byte(args[1], args[2]) : args[1];
  return !can_read(first, &byte, 1);
}

static int is_pidfd(word fd) {
  return syscall(SYS_pidfd_send_signal, (int)fd, 0, NULL, 0) == 0 || (errno != EBADF && errno != EINVAL);
}

/* What a call says of, or does to, the file that a descriptor is of. */
static int is_about_inode(int nr, const word args[6]) {
  switch (nr) {
    case SYS_fcntl:
      return args[1] == F_GETLK || args[1] == F_SETLK || args[1] == F_OFD_GETLK || args[1] == F_OFD_SETLK;
    case SYS_fstat:
    case SYS_fstatfs:
    case SYS_newfstatat:
    case SYS_statx:
    case SYS_faccessat2:
    case SYS_fchmod:
    case SYS_fchown:
    case SYS_fchownat:
    case SYS_utimensat:
    case SYS_fsetxattr:
    case SYS_fgetxattr:
    case SYS_ftruncate:
    case SYS_fallocate:
    case SYS_sync_file_range:
    case SYS_copy_file_range:
    case SYS_flock:
    case SYS_ioctl:
    case SYS_linkat: return 1;
    default: return 0;
  }
}

/*
 * Since Linux 6.9 descriptors of processes are files of a file system of their own (pidfs), since 6.17 with attributes;
 * before, and in the sandbox, they share one inode with all that has no name.
 */
static int is_pidfs(int nr, const word args[6]) {
  return is_about_inode(nr, args) && (is_pidfd(args[0]) || (nr == SYS_copy_file_range && is_pidfd(args[2])));
}

int has_no_like(int nr, const word args[6]) {
  return only_grows(nr, args) || moves_in_directory(nr, args) || is_pidfs(nr, args);
}

/* ioctl(2) of files and others: blocks, maps and clones; O_DIRECT; reads into nowhere; flags of fstatat(2). */
#include "../files.h"
#include <limits.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define EMPTY ((void *)8)

static void requests(const char *who, int fd, int other) {
  int block = 0;
  struct file_clone_range range = {other, 0, 0, 0};
  puts(who);
  CALL(ioctl(fd, FIGETBSZ, &block));
  CALL(ioctl(fd, FIGETBSZ, EMPTY));
  CALL(ioctl(fd, FIBMAP, EMPTY));
  CALL(ioctl(fd, FICLONE, NO_FD));
  CALL(ioctl(fd, FICLONERANGE, EMPTY));
  range.src_fd = NO_FD;
  CALL(ioctl(fd, FICLONERANGE, &range));
}

int main(void) {
  struct stat st;
  struct flock lock = {9, SEEK_SET, LLONG_MAX, 5, 0};
  int ends[2];
  char byte;
  put("f", "x");
  int f = open("f", O_RDWR), dir = open(".", O_RDONLY), null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY);
  int proc = open("/proc/self/status", O_RDONLY);
  if (pipe(ends)) return 1;
  mkfifo("fifo", 0600);
  requests("file", f, f);
  requests("folder", dir, f);
  requests("pipe", ends[0], f);
  requests("null", null, f);
  CALL(ioctl(f, FICLONE, null));
  CALL(ioctl(f, FICLONE, ends[0]));
  CALL(open(".", O_RDONLY | O_DIRECT));
  CALL(open("fifo", O_RDWR | O_DIRECT));
  CALL(open("/dev/null", O_RDONLY | O_DIRECT));
  CALL(read(null, EMPTY, 1));
  CALL(pread(null, EMPTY, 1, 5));
  CALL(read(zero, EMPTY, 1));
  CALL(read(proc, EMPTY, 1));
  CALL(read(proc, &byte, 1));
  printf("%c\n", byte);
  CALL(pread(proc, EMPTY, 1, 1 << 20));
  CALL(pread(f, EMPTY, 1, 0));
  CALL(pread(f, EMPTY, 1, 1));
  CALL(read(dir, EMPTY, 1));
  CALL(sync_file_range(proc, 0, 1, 7));
  CALL(sync_file_range(null, 0, 1, 7));
  CALL(fstatat(AT_FDCWD, "f", &st, AT_STATX_FORCE_SYNC));
  CALL(fstatat(AT_FDCWD, "f", &st, AT_STATX_DONT_SYNC | AT_STATX_FORCE_SYNC));
  CALL(fstatat(AT_FDCWD, "f", &st, 0x10000));
  CALL(fcntl(f, F_GETLK, &lock));
  lock.l_type = F_RDLCK;
  CALL(fcntl(f, F_GETLK, &lock));
  return 0;
}

/* Files as large as numbers get, with next to nothing in them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHOW(x) printf("%s: %s\n", #x, (x) < 0 ? strerrorname_np(errno) : "ok")

int main(void) {
  const long max = 0x7fffffffffffffffl;
  struct stat st;
  char byte = 0;
  int fd = open("/tmp/sparse", O_RDWR | O_CREAT, 0600), out = open("/tmp/out", O_RDWR | O_CREAT, 0600);
  SHOW(ftruncate(fd, max));
  SHOW(ftruncate(fd, 1l << 50));
  SHOW(pwrite(fd, "x", 1, (1l << 50) - 1));
  SHOW(pwrite(fd, "x", 1, max - 4096));
  SHOW(pread(fd, &byte, 1, (1l << 50) - 1));
  printf("%c\n", byte);
  SHOW(lseek(fd, 0, SEEK_DATA));
  SHOW(lseek(fd, 0, SEEK_HOLE));
  SHOW(fallocate(fd, 0, 0, 1l << 50));
  SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1l << 50));
  SHOW(fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, 1l << 40));
  SHOW(fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, 1l << 40));
  SHOW(copy_file_range(fd, NULL, out, NULL, 4096, 0));
  fstat(fd, &st);
  printf("few blocks: %d\n", st.st_blocks < 1000);
  SHOW(ftruncate(fd, 0));
  return 0;
}

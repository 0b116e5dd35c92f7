/* fallocate(2) on tmpfs: every mode, sizes and contents afterwards. */
#include "../files.h"

static int fd;
static void state(const char *what) {
  struct stat st;
  char bytes[20];
  fstat(fd, &st);
  printf("%s: size %ld blocks %ld:", what, (long)st.st_size, (long)st.st_blocks);
  ssize_t n = pread(fd, bytes, 10, 4090);
  for (ssize_t i = 0; i < n; i++) printf(" %d", bytes[i]);
  printf("\n");
}

int main(void) {
  static char page[16384];
  memset(page, 1, sizeof page);
  mount_tmpfs("t", "size=256k,huge=never");
  fd = open("t/f", O_RDWR | O_CREAT, 0600);
  CALL(fallocate(fd, 0, 0, 10000));
  state("plain");
  CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, 10000, 10000));
  state("keep size");
  CALL(pwrite(fd, page, sizeof page, 0));
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4094, 4));
  state("punch 4");
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 8192));
  state("punch pages");
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 100000, 10));
  state("punch beyond");
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 10));
  CALL(fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, 4096));
  CALL(fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, 4096));
  CALL(fallocate(fd, FALLOC_FL_INSERT_RANGE, 0, 4096));
  CALL(fallocate(fd, FALLOC_FL_UNSHARE_RANGE, 0, 4096));
  CALL(fallocate(fd, FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_KEEP_SIZE, 0, 4096));
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 0, 4096));
  CALL(fallocate(fd, FALLOC_FL_NO_HIDE_STALE, 0, 4096));
  CALL(fallocate(fd, 0x100, 0, 4096));
  CALL(fallocate(fd, -1, 0, 4096));
  CALL(fallocate(fd, 0, -1, 10));
  CALL(fallocate(fd, 0, 0, -1));
  CALL(fallocate(fd, 0, 0, 0));
  CALL(fallocate(fd, 0x100, -1, 0));
  CALL(fallocate(fd, 0, INT64_MAX, 1));
  CALL(fallocate(fd, 0, 1, INT64_MAX));
  CALL(fallocate(fd, 0, 0, 300000));
  state("too much");
  CALL(fallocate(NO_FD, 0, 0, 1));
  CALL(fallocate(open("t/f", O_RDONLY), 0, 0, 1));
  CALL(fallocate(open("t", O_RDONLY), 0, 0, 1));
  CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, 1L << 40, 4096));
  state("far away");
  close(fd);
  umount2("t", MNT_DETACH);
  return 0;
}

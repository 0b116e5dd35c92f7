/* SEEK_DATA and SEEK_HOLE on tmpfs, where a page is the unit. */
#include "../files.h"

static int fd;
static void map(const char *what) {
  off_t end = lseek(fd, 0, SEEK_END), at = 0;
  printf("%s:", what);
  while (at < end) {
    off_t data = lseek(fd, at, SEEK_DATA);
    if (data < 0) break;
    off_t hole = lseek(fd, data, SEEK_HOLE);
    printf(" [%ld, %ld)", (long)data, (long)hole);
    at = hole;
  }
  struct stat st;
  fstat(fd, &st);
  printf(" size %ld blocks %ld\n", (long)st.st_size, (long)st.st_blocks);
}

int main(void) {
  mount_tmpfs("t", "huge=never");
  fd = open("t/f", O_RDWR | O_CREAT, 0600);
  map("empty");
  CALL(lseek(fd, 0, SEEK_DATA));
  CALL(lseek(fd, 0, SEEK_HOLE));
  CALL(ftruncate(fd, 40000));
  map("truncated up");
  CALL(lseek(fd, 0, SEEK_DATA));
  CALL(lseek(fd, 0, SEEK_HOLE));
  CALL(pwrite(fd, "x", 1, 10000));
  map("one byte");
  CALL(pwrite(fd, "x", 1, 39999));
  map("last byte");
  CALL(lseek(fd, 9000, SEEK_DATA));
  CALL(lseek(fd, 9000, SEEK_HOLE));
  CALL(lseek(fd, 1, SEEK_DATA));
  CALL(lseek(fd, 13000, SEEK_DATA));
  CALL(lseek(fd, 39999, SEEK_HOLE));
  CALL(lseek(fd, 40000, SEEK_DATA));
  CALL(lseek(fd, 40000, SEEK_HOLE));
  CALL(lseek(fd, -1, SEEK_DATA));
  CALL(lseek(fd, -1, SEEK_HOLE));
  CALL(lseek(fd, INT64_MAX, SEEK_HOLE));
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 36864, 3136));
  map("punched");
  CALL(fallocate(fd, 0, 20480, 8192));
  map("allocated");
  CALL(pwrite(fd, "x", 1, 25000));
  map("half of it written");
  CALL(pwrite(fd, "end", 3, 1L << 40));
  CALL(lseek(fd, 50000, SEEK_DATA));
  CALL(lseek(fd, 0, SEEK_END));
  CALL(ftruncate(fd, 5000));
  map("cut");
  CALL(lseek(open("t", O_RDONLY), 0, SEEK_DATA) >= -1);
  CALL(lseek(fd, 0, 5));
  close(fd);
  umount2("t", MNT_DETACH);
  return 0;
}

/* fallocate(2), sparse files, truncation. */
#include "../check.h"

int main(void) {
  char buffer[4];
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  struct stat st;
  CALL(fallocate(fd, 0, 0, 10000));
  fstat(fd, &st);
  CALL(st.st_size);
  CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, 10000, 10000));
  fstat(fd, &st);
  CALL(st.st_size);
  CALL(fallocate(fd, 0, -1, 10));
  CALL(fallocate(fd, 0, 0, 0));
  CALL(fallocate(fd, 0x1000, 0, 10));
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 10));
  CALL(fallocate(open("file", O_RDONLY), 0, 0, 10));
  int ends[2];
  if (pipe(ends)) return 1;
  CALL(fallocate(ends[1], 0, 0, 10));
  CALL(pwrite(fd, "abcdef", 6, 4094));
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 2));
  CALL(pread(fd, buffer, 4, 4095));
  printf("%d %d %d %d\n", buffer[0], buffer[1], buffer[2], buffer[3]);
  CALL(ftruncate(fd, 4095));
  CALL(ftruncate(fd, 5000));
  CALL(pread(fd, buffer, 4, 4093));
  printf("%d %d %d %d\n", buffer[0], buffer[1], buffer[2], buffer[3]);
  CALL(pwrite(fd, "end", 3, 1L << 33));
  fstat(fd, &st);
  CALL(st.st_size);
  CALL(st.st_blocks < 1000);
  CALL(posix_fadvise(fd, 0, 0, 99));
  CALL(posix_fadvise(ends[0], 0, 0, 0));
  CALL(fsync(fd));
  CALL(fdatasync(ends[0]));
  CALL(sync_file_range(fd, 0, 0, 99));
  return 0;
}

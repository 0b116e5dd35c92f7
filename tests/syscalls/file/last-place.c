/* The last place that an offset can name: where a range may end. */
#include "../check.h"
#include <limits.h>
#include <sys/uio.h>

int main(void) {
  char byte = 'x';
  struct iovec none = {&byte, 0}, one = {&byte, 1};
  int fd = open("f", O_RDWR | O_CREAT, 0644), ends[2];
  if (pipe(ends)) return 1;
  CALL(pwrite(fd, &byte, 0, LONG_MAX));
  CALL(pread(fd, &byte, 0, LONG_MAX));
  CALL(pwrite(fd, &byte, 1, LONG_MAX));
  CALL(pread(fd, &byte, 1, LONG_MAX));
  CALL(pread(fd, &byte, 4095, LONG_MAX - 4095));
  CALL(pread(fd, &byte, 4096, LONG_MAX - 4095));
  CALL(pwritev(fd, &none, 1, LONG_MAX));
  CALL(preadv(fd, &one, 1, LONG_MAX));
  CALL(sync_file_range(fd, LONG_MAX, 0, 0));
  CALL(sync_file_range(fd, LONG_MAX, 1, 0));
  CALL(sync_file_range(fd, 0, LONG_MAX, 0));
  CALL(sync_file_range(fd, 1, LONG_MAX, 0));
  CALL(sync_file_range(ends[0], 0, LONG_MAX, 4));
  CALL(sync_file_range(fd, LONG_MAX - 4095, 4095, 0));
  CALL(sync_file_range(fd, LONG_MAX - 4095, 4096, 0));
  CALL(sync_file_range(ends[0], LONG_MAX - 4095, 4095, 0));
  return 0;
}

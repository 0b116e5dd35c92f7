// read(2) of one byte.
#include <fcntl.h>
#include <unistd.h>
#include "timing.h"

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 500000);
  int fd = open("/dev/zero", O_RDONLY);
  char byte = 1;
  uint64_t read_bytes = 0, start = 0;
  for (long i = 0; i < 2 * count; i++) {
    if (i == count) start = now_ns(); // Warm.
    read_bytes += (uint64_t)read(fd, &byte, 1);
  }
  report_u64(start, read_bytes + (uint64_t)byte);
  return 0;
}

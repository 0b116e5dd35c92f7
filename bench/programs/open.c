// open(2) and close(2) of a file three folders deep.
#include <fcntl.h>
#include <unistd.h>
#include "timing.h"

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 100000);
  uint64_t failed = 0, start = 0;
  for (long i = 0; i < 2 * count; i++) {
    if (i == count) start = now_ns(); // Warm.
    failed += close(open("/usr/bin/env", O_RDONLY)) != 0;
  }
  report_u64(start, failed);
  return 0;
}

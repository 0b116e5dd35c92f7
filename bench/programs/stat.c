// stat(2) of a file three folders deep.
#include <sys/stat.h>
#include "timing.h"

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 200000);
  struct stat info;
  uint64_t failed = 0, start = 0;
  for (long i = 0; i < 2 * count; i++) {
    if (i == count) start = now_ns(); // Warm.
    failed += stat("/usr/bin/env", &info) != 0 || !S_ISREG(info.st_mode);
  }
  report_u64(start, failed);
  return 0;
}

// open(2) and close(2) of a file three folders deep.
#include <fcntl.h>
#include <unistd.h>
#include "timing.h"

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 100000);
  uint64_t failed = 0, start = now_ns();
  for (long i = 0; i < count; i++) failed += close(open("/usr/bin/env", O_RDONLY)) != 0;
  report_u64(start, failed);
  return 0;
}

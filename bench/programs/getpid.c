// The cheapest system call there is, made without the C library's wrapper.
#include <sys/syscall.h>
#include <unistd.h>
#include "timing.h"

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 1000000);
  long first = syscall(SYS_getpid);
  uint64_t differing = 0, start = 0;
  for (long i = 0; i < 2 * count; i++) {
    if (i == count) start = now_ns(); // Warm.
    differing += syscall(SYS_getpid) != first;
  }
  report_u64(start, differing);
  return 0;
}

// qsort(3) of the C library with a comparison of ours: indirect calls, unpredictable branches, memory moves.
#include "timing.h"

enum { COUNT = 300000 };

static uint64_t numbers[COUNT];

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 10);
  uint64_t sum = 0, state = 1234567, start = now_ns();
  for (long round = 0; round < count; round++) {
    for (int i = 0; i < COUNT; i++) numbers[i] = next_random(&state);
    qsort(numbers, COUNT, sizeof *numbers, compare);
    for (int i = 0; i < COUNT; i += 1000) sum = sum * 31 + numbers[i];
  }
  report_u64(start, sum);
  return 0;
}

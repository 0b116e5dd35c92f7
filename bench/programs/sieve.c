// Primes below ten million: bytes written with growing strides.
#include <string.h>
#include "timing.h"

enum { LIMIT = 10000000 };

static uint8_t is_composite[LIMIT];

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 10);
  uint64_t primes = 0, start = now_ns();
  for (long round = 0; round < count; round++) {
    memset(is_composite, 0, sizeof is_composite);
    for (int i = 2; i * i < LIMIT; i++)
      if (!is_composite[i])
        for (int j = i * i; j < LIMIT; j += i) is_composite[j] = 1;
    for (int i = 2; i < LIMIT; i++) primes += !is_composite[i];
  }
  report_u64(start, primes);
  return 0;
}

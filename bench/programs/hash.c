// An open hash table of 64-bit keys, filled, looked up and emptied: multiplications and cache misses.
#include "timing.h"

enum { BITS = 20, SLOTS = 1 << BITS };

static uint64_t keys[SLOTS], values[SLOTS];

static uint64_t *find(uint64_t key) {
  uint64_t i = (key * 0x9e3779b97f4a7c15u) >> (64 - BITS);
  while (keys[i] != 0 && keys[i] != key) i = (i + 1) & (SLOTS - 1);
  keys[i] = key;
  return &values[i];
}

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 20);
  uint64_t sum = 0, start = now_ns();
  for (long round = 0; round < count; round++) {
    uint64_t state = 88172645463325252u + (uint64_t)round;
    for (int i = 0; i < SLOTS; i++) keys[i] = values[i] = 0;
    for (int i = 0; i < SLOTS / 2; i++) *find(next_random(&state) | 1) += (uint64_t)i;
    state = 88172645463325252u + (uint64_t)round;
    for (int i = 0; i < SLOTS / 2; i++) sum += *find(next_random(&state) | 1);
  }
  report_u64(start, sum);
  return 0;
}

// What every program here prints, for bench/run.ts: a checksum that must be the same everywhere, and how long the
// measured part took, so that start-up does not count.
#ifndef TIMING_H
#define TIMING_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// How many are measured: the first argument, or what is usual. Programs that time single calls make as many before, so
// that what a translator compiles is compiled by then.
static inline long rounds(int argc, char **argv, long usual) {
  return argc > 1 ? strtol(argv[1], NULL, 10) : usual;
}

static inline void report(uint64_t start_ns, const char *checksum) {
  uint64_t ns = now_ns() - start_ns;
  printf("checksum %s\nns %llu\n", checksum, (unsigned long long)ns);
}

static inline void report_u64(uint64_t start_ns, uint64_t checksum) {
  char text[32];
  snprintf(text, sizeof text, "%016llx", (unsigned long long)checksum);
  report(start_ns, text);
}

static inline void report_double(uint64_t start_ns, double checksum) {
  char text[64];
  snprintf(text, sizeof text, "%.17g", checksum);
  report(start_ns, text);
}

// A small generator with the same numbers everywhere: Marsaglia's xorshift64.
static inline uint64_t next_random(uint64_t *state) {
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

#endif

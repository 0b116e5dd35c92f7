/* SplitMix64: small, and the same everywhere. */
#include "fuzz.h"

static uint64_t state;

uint64_t draw(void) {
  uint64_t z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

unsigned below(unsigned n) { return (unsigned)((draw() >> 33) % n); }

void seed_step(uint64_t seed, unsigned step) {
  state = seed * 0x2545f4914f6cdd1dull + step;
  state = draw() ^ step;
}

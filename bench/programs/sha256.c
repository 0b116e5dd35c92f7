// SHA-256 (FIPS 180-4) over a buffer again and again: rotations, shifts, additions, no memory to speak of.
#include <string.h>
#include "timing.h"

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, worked out at start.
static uint32_t constants[64];

static void make_constants(void) {
  int n = 0;
  for (uint32_t candidate = 2; n < 64; candidate++) {
    int is_prime = 1;
    for (uint32_t d = 2; d * d <= candidate; d++) is_prime &= candidate % d != 0;
    if (!is_prime) continue;
    // floor(cbrt(p) * 2^32) by bisection in integers: r^3 <= p * 2^96.
    unsigned __int128 low = 0, high = (unsigned __int128)8 << 32;
    while (low + 1 < high) {
      unsigned __int128 middle = (low + high) / 2;
      // r < 2^35, so r^3 < 2^105.
      if (middle * middle * middle <= (unsigned __int128)candidate << 96) low = middle;
      else high = middle;
    }
    constants[n++] = (uint32_t)low;
  }
}

static uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void compress(uint32_t state[8], const uint8_t *block) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 |
           block[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t s[8];
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t sum1 = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25);
    uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
    uint32_t t1 = s[7] + sum1 + choice + constants[i] + w[i];
    uint32_t sum0 = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22);
    uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += t1;
    s[0] = t1 + sum0 + majority;
  }
  for (int i = 0; i < 8; i++) state[i] += s[i];
}

int main(int argc, char **argv) {
  long blocks = rounds(argc, argv, 600000);
  make_constants();
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t block[64];
  for (int i = 0; i < 64; i++) block[i] = (uint8_t)(i * 7);
  uint64_t start = now_ns();
  for (long i = 0; i < blocks; i++) {
    block[i & 63] ^= (uint8_t)i;
    compress(state, block);
  }
  report_u64(start, (uint64_t)state[0] << 32 | state[7]);
  return 0;
}

/* Most of its time passes in one function, which one other calls; it writes a little. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((noinline)) uint32_t hot_function(uint32_t x) {
  for (int i = 0; i < 200; i++) x = x * 1664525u + 1013904223u;
  return x;
}

__attribute__((noinline)) uint32_t caller_of_hot(uint32_t x, int times) {
  while (times-- > 0) x ^= hot_function(x);
  return x + 1;
}

int main(int argc, char **argv) {
  uint32_t x = 1;
  int rounds = argc > 1 ? atoi(argv[1]) : 1;
  for (int i = 0; i < rounds; i++) {
    x = caller_of_hot(x, 2000);
    if (write(STDERR_FILENO, "", 0) != 0) return 1;
  }
  printf("%u\n", x);
  return 0;
}

/* Calls itself until the stack ends. */
#include <stdio.h>

__attribute__((noinline)) static int deeper(volatile int n) {
  volatile char frame[64];
  frame[n & 63] = (char)n;
  return deeper(n + 1) + frame[n & 63];
}

int main(void) { return deeper(0); }

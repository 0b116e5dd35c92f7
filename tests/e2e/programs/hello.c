// Arguments, environment, formatted output of all sizes of numbers, exit code.
#include <stdio.h>
#include <stdlib.h>
#include <math.h>

int main(int argc, char **argv) {
  printf("hello %d %s\n", argc, argc > 1 ? argv[1] : "-");
  printf("%lld %llx %.17g %.21Lg\n", -1234567890123456789LL, 0xfedcba9876543210ULL, 1.0 / 3, 1.0L / 3);
  volatile double x = 2;
  printf("%.15f %.15f %.15f\n", sqrt(x), sin(x), pow(x, 0.5));
  const char *home = getenv("HOME");
  printf("HOME=%s\n", home ? home : "(none)");
  return 42;
}

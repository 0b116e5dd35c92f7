// Product of two matrices of doubles, rows added up so that gcc -O3 uses packed SSE2.
#include "timing.h"

enum { N = 256 };

static double a[N][N], b[N][N], c[N][N];

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 40);
  uint64_t state = 42;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      a[i][j] = (double)(next_random(&state) >> 40) / 65536;
      b[i][j] = (double)(next_random(&state) >> 40) / 65536;
    }
  uint64_t start = now_ns();
  for (long round = 0; round < count; round++)
    for (int i = 0; i < N; i++)
      for (int k = 0; k < N; k++) {
        double factor = a[i][k];
        for (int j = 0; j < N; j++) c[i][j] += factor * b[k][j];
      }
  double trace = 0;
  for (int i = 0; i < N; i++) trace += c[i][i];
  report_double(start, trace);
  return 0;
}

// The largest singular value of a matrix given by a formula, by power iteration: divisions that do not vectorise.
#include <math.h>
#include "timing.h"

static double entry(int row, int column) {
  int diagonal = row + column;
  return 1.0 / (diagonal * (diagonal + 1) / 2 + row + 1);
}

static void multiply(int n, const double *in, double *out, int transposed) {
  for (int i = 0; i < n; i++) {
    double sum = 0;
    for (int j = 0; j < n; j++) sum += (transposed ? entry(j, i) : entry(i, j)) * in[j];
    out[i] = sum;
  }
}

int main(int argc, char **argv) {
  int n = (int)rounds(argc, argv, 2000);
  double *u = malloc(sizeof(double) * (size_t)n);
  double *v = malloc(sizeof(double) * (size_t)n);
  double *between = malloc(sizeof(double) * (size_t)n);
  for (int i = 0; i < n; i++) u[i] = 1;
  uint64_t start = now_ns();
  for (int i = 0; i < 8; i++) {
    multiply(n, u, between, 0);
    multiply(n, between, v, 1);
    multiply(n, v, between, 0);
    multiply(n, between, u, 1);
  }
  double uv = 0, vv = 0;
  for (int i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  report_double(start, sqrt(uv / vv));
  return 0;
}

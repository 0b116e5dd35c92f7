// Five bodies under gravity, symplectic Euler: scalar SSE2 with square roots and divisions.
#include <math.h>
#include "timing.h"

enum { BODIES = 5 };

struct body {
  double position[3], velocity[3], mass;
};

// A sun and four planets: astronomical units, days, and the sun's mass times the gravitational constant.
static struct body bodies[BODIES] = {
    {{0, 0, 0}, {0, 0, 0}, 2.959122e-4},
    {{4.84, -1.16, -0.10}, {1.66e-3, 7.70e-3, -6.90e-5}, 2.825345e-7},
    {{8.34, 4.12, -0.40}, {-2.77e-3, 4.99e-3, 2.30e-5}, 8.459715e-8},
    {{12.89, -15.11, -0.22}, {2.96e-3, 2.38e-3, -2.96e-5}, 1.292023e-8},
    {{15.38, -25.92, 0.18}, {2.68e-3, 1.63e-3, -9.52e-5}, 1.524359e-8},
};

static void advance(double dt) {
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    for (int j = i + 1; j < BODIES; j++) {
      struct body *b = &bodies[j];
      double d[3], square = 0;
      for (int k = 0; k < 3; k++) {
        d[k] = a->position[k] - b->position[k];
        square += d[k] * d[k];
      }
      double pull = dt / (square * sqrt(square));
      for (int k = 0; k < 3; k++) {
        a->velocity[k] -= d[k] * b->mass * pull;
        b->velocity[k] += d[k] * a->mass * pull;
      }
    }
  }
  for (int i = 0; i < BODIES; i++)
    for (int k = 0; k < 3; k++) bodies[i].position[k] += dt * bodies[i].velocity[k];
}

int main(int argc, char **argv) {
  long steps = rounds(argc, argv, 4000000);
  uint64_t start = now_ns();
  for (long i = 0; i < steps; i++) advance(0.5);
  double sum = 0;
  for (int i = 0; i < BODIES; i++) sum += bodies[i].position[0] + bodies[i].velocity[1];
  report_double(start, sum);
  return 0;
}

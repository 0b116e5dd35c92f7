/* FUTEX_WAKE_OP: operations and comparisons. */
#include "futex.h"

int main(void) {
  static int w, v;
  struct {
    int op, oparg, cmp, cmparg, start;
  } cases[] = {{0, 5, 0, 1, 1},    {1, -3, 1, 1, 1},   {2, 0xf0, 2, 9, 1},  {3, 0x3, 3, 1, 7},
               {4, 0xff, 4, 0, 1}, {8, 31, 5, 0, 1},   {9, 4, 0, 0, 100},   {1, 2047, 0, 0, 0x7fffffff},
               {0, -2048, 0, 0, 0}, {5, 1, 0, 0, 3},   {0, 1, 6, 0, 3},     {8, 40, 0, 0, 1},
               {10, 3, 0, 0, 1}};
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    v = cases[i].start;
    int code = FUTEX_OP(cases[i].op, cases[i].oparg, cases[i].cmp, cases[i].cmparg);
    long n = FUTEX(&w, FUTEX_WAKE_OP, 1, 1L, &v, code);
    printf("%d %d: %ld %s, %d\n", cases[i].op, cases[i].oparg, n, n < 0 ? strerrorname_np(errno) : "", v);
  }
  CALL(FUTEX(&w, FUTEX_WAKE_OP, 1, 1L, BAD, 0));
  CALL(FUTEX(BAD, FUTEX_WAKE_OP, 1, 1L, &v, 0));
  CALL(FUTEX(&w, FUTEX_WAKE_OP, 1, 1L, (char *)&v + 2, 0));
  CALL(FUTEX(&w, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, 1L, &v, FUTEX_OP(0, 3, 0, 0)));
  return 0;
}

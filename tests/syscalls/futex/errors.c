/* futex(2), robust lists: refusals. */
#include "../check.h"
#include <linux/futex.h>

#define FUTEX(...) syscall(SYS_futex, __VA_ARGS__)

int main(void) {
  static int w[2] = {5, 5};
  static char buffer[64];
  struct timespec t = {0, 1000};
  CALL(FUTEX(w, FUTEX_WAIT, 4, NULL));
  CALL(FUTEX(w, FUTEX_WAIT, 5, &t));
  CALL(FUTEX((char *)w + 1, FUTEX_WAIT, 5, NULL));
  CALL(FUTEX(BAD, FUTEX_WAIT, 5, NULL));
  CALL(FUTEX(w, FUTEX_WAKE, 1));
  CALL(FUTEX(w, 99, 1));
  CALL(FUTEX(w, FUTEX_WAIT_BITSET, 5, &t, NULL, 0));
  CALL(FUTEX(w, FUTEX_WAKE_BITSET, 5, NULL, NULL, 0));
  CALL(FUTEX(w, FUTEX_REQUEUE, -1, 0, w + 1));
  CALL(FUTEX(w, FUTEX_CMP_REQUEUE, 1, 1, w + 1, 6));
  t.tv_nsec = -1;
  CALL(FUTEX(w, FUTEX_WAIT, 5, &t));
  t.tv_nsec = 0;
  CALL(FUTEX(w, FUTEX_WAIT_BITSET, 5, &t, NULL, 1)); /* Absolute, long ago. */
  CALL(FUTEX(w, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1));
  CALL(syscall(SYS_set_robust_list, buffer, 23));
  CALL(syscall(SYS_set_robust_list, NULL, 24));
  CALL(syscall(SYS_get_robust_list, 0, BAD, buffer));
  CALL(syscall(SYS_get_robust_list, NO_PID, buffer, buffer + 8));
  return 0;
}

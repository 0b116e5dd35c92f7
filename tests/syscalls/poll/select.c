/* select(2), pselect(2). */
#include "../check.h"
#include <sys/select.h>

int main(void) {
  fd_set in, out, except;
  struct timeval zero = {0, 0};
  FD_ZERO(&in);
  CALL(select(0, NULL, NULL, NULL, &zero));
  CALL(select(-1, NULL, NULL, NULL, &zero));
  FD_SET(60, &in);
  CALL(select(61, &in, NULL, NULL, &zero));
  CALL(select(60, &in, NULL, NULL, &zero));
  CALL(syscall(SYS_select, 64, BAD, NULL, NULL, &zero));
  CALL(syscall(SYS_select, 64, NULL, NULL, NULL, BAD));
  struct timeval odd = {-1, 0};
  CALL(select(0, NULL, NULL, NULL, &odd));
  odd = (struct timeval){0, -1};
  CALL(select(0, NULL, NULL, NULL, &odd));
  odd = (struct timeval){0, 2000000}; /* Normalized. */
  (void)odd;
  int ends[2];
  if (pipe(ends)) return 1;
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_ZERO(&except);
  FD_SET(ends[0], &in);
  FD_SET(ends[1], &out);
  FD_SET(ends[0], &except);
  CALL(select(ends[1] + 1, &in, &out, &except, &zero));
  printf("%d %d %d\n", FD_ISSET(ends[0], &in), FD_ISSET(ends[1], &out), FD_ISSET(ends[0], &except));
  if (write(ends[1], "x", 1) != 1) return 1;
  FD_SET(ends[0], &in);
  CALL(select(ends[1] + 1, &in, &out, NULL, NULL));
  close(ends[1]);
  struct timeval second = {1, 0};
  FD_SET(ends[0], &in);
  CALL(select(ends[0] + 1, &in, NULL, NULL, &second));
  printf("left %d\n", second.tv_sec == 1 || second.tv_usec > 900000);
  return 0;
}

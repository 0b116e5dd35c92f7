/* select(2): what stays and what is cleared in the sets. */
#include "../check.h"
#include <sys/select.h>
#include <sys/socket.h>

int main(void) {
  int p[2], s[2];
  if (pipe(p) || socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  fd_set in, out, except;
  memset(&in, 0xff, sizeof in);
  memset(&out, 0, sizeof out);
  memset(&except, 0, sizeof except);
  struct timeval zero = {0, 0};
  CALL(select(0, &in, NULL, NULL, &zero));
  printf("%d %d\n", FD_ISSET(0, &in), FD_ISSET(500, &in));
  FD_ZERO(&in);
  FD_SET(p[0], &in);
  FD_SET(s[0], &in);
  FD_SET(s[0], &out);
  FD_SET(s[0], &except);
  FD_SET(100, &in);
  CALL(select(s[0] + 1, &in, &out, &except, &zero));
  printf("%d %d %d %d %d\n", FD_ISSET(p[0], &in), FD_ISSET(s[0], &in), FD_ISSET(s[0], &out),
         FD_ISSET(s[0], &except), FD_ISSET(100, &in));
  close(p[1]);
  close(s[1]);
  FD_SET(p[0], &in);
  FD_SET(s[0], &in);
  FD_SET(s[0], &out);
  CALL(select(s[0] + 1, &in, &out, &except, NULL));
  printf("%d %d %d\n", FD_ISSET(p[0], &in), FD_ISSET(s[0], &in), FD_ISSET(s[0], &out));
  /* An error leaves the sets alone. */
  FD_ZERO(&in);
  FD_SET(p[0], &in);
  FD_SET(p[1], &in);
  CALL(select(20, &in, NULL, NULL, NULL));
  printf("%d %d\n", FD_ISSET(p[0], &in), FD_ISSET(p[1], &in));
  /* The same set twice. */
  FD_ZERO(&in);
  FD_SET(s[0], &in);
  CALL(syscall(SYS_select, s[0] + 1, &in, &in, NULL, NULL));
  return 0;
}

/* Sockets that only messages hold, in a circle: nobody can reach them, and they go. */
#include "unix.h"

int main(void) {
  int a[2], b[2], p[2];
  char c;
  /* A pipe's end goes with the circle: its reader sees when the circle is gone. */
  if (pipe(p) || socketpair(AF_UNIX, SOCK_STREAM, 0, a) || socketpair(AF_UNIX, SOCK_DGRAM, 0, b)) return 1;
  int in_a[] = {b[0], p[1]};
  CALL(send_fds(a[0], "x", 1, in_a, 2, 0)); /* Into a[1]: b[0] and the pipe. */
  CALL(send_fds(b[1], "y", 1, &a[1], 1, 0)); /* Into b[0]: a[1]. */
  close(p[1]);
  close(a[1]);
  close(b[0]);
  fcntl(p[0], F_SETFL, O_NONBLOCK);
  CALL(read(p[0], &c, 1));
  close(a[0]);
  close(b[1]);
  struct pollfd hangup = {p[0], POLLIN, 0};
  for (int i = 0; i < 100; i++) {
    int s[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, s); /* Closing any socket makes Linux look. */
    close(s[0]);
    close(s[1]);
    if (poll(&hangup, 1, 10) > 0) break;
  }
  CALL(hangup.revents);
  CALL(read(p[0], &c, 1));
  /* One that holds itself. */
  if (pipe(p) || socketpair(AF_UNIX, SOCK_STREAM, 0, a)) return 1;
  int itself[] = {a[1], p[1]};
  CALL(send_fds(a[0], "z", 1, itself, 2, 0));
  close(a[0]);
  close(p[1]);
  /* Still reachable: it can be received. */
  show_message("itself", a[1], 10, 100, MSG_PEEK);
  close(a[1]);
  hangup.fd = p[0];
  for (int i = 0; i < 100; i++) {
    int s[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, s);
    close(s[0]);
    close(s[1]);
    if (poll(&hangup, 1, 10) > 0) break;
  }
  CALL(hangup.revents);
  return 0;
}

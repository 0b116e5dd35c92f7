/* A signal in a call that has done part of its work: the part counts, with or without SA_RESTART. */
#include "../check.h"
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
static void note(int signo) { (void)signo; }
static void arm(int flags) {
  on_signal(SIGALRM, note, flags);
  struct itimerval v = {{0, 0}, {0, 40000}};
  setitimer(ITIMER_REAL, &v, NULL);
}
static char data[300000];
static void in_pipe(int flags) {
  int ends[2];
  if (pipe(ends)) return;
  arm(flags);
  CALL(write(ends[1], data, sizeof data)); /* As much as the pipe holds. */
  arm(0);
  CALL(write(ends[1], data, 1));
  CALL(read(ends[0], data, sizeof data));
  struct iovec parts[3] = {{data, 60000}, {data, 60000}, {data, 60000}};
  arm(flags);
  CALL(writev(ends[1], parts, 3));
  CALL(read(ends[0], data, 10));
  close(ends[0]), close(ends[1]);
}
static void in_socket(int flags) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) return;
  CALL(write(pair[1], "abc", 3));
  arm(flags);
  CALL(recv(pair[0], data, 10, MSG_WAITALL)); /* Waits for ten. */
  struct timeval limit = {0, 30000};
  CALL(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  CALL(recv(pair[0], data, 10, 0));
  limit = (struct timeval){5, 0};
  CALL(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  arm(SA_RESTART);
  CALL(recv(pair[0], data, 10, 0)); /* With a timeout a call is not restarted. */
  close(pair[0]), close(pair[1]);
}
int main(void) {
  in_pipe(0);
  in_pipe(SA_RESTART);
  in_socket(0);
  in_socket(SA_RESTART);
  return 0;
}

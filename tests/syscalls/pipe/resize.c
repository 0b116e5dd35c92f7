/* F_SETPIPE_SZ and F_GETPIPE_SZ. */
#include "../check.h"
#include <sys/ioctl.h>

int main(void) {
  int p[2];
  char bytes[10000];
  if (pipe2(p, O_NONBLOCK)) return 1;
  CALL(fcntl(p[0], F_GETPIPE_SZ));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 0));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 1));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 4097));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 100000));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 1 << 20));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 0x80000001u));
  CALL(fcntl(p[1], F_SETPIPE_SZ, -1));
  CALL(fcntl(0, F_SETPIPE_SZ, 4096));
  CALL(fcntl(0, F_GETPIPE_SZ));
  CALL(write(p[1], bytes, 10000));
  CALL(write(p[1], bytes, 1));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 4096));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 8192));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 16384));
  int left;
  CALL(ioctl(p[0], FIONREAD, &left));
  CALL(left);
  CALL(ioctl(p[1], FIONREAD, &left));
  CALL(left);
  CALL(read(p[0], bytes, 5000));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 8192));
  CALL(read(p[0], bytes, 10000));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 4096));
  CALL(write(p[1], bytes, 4096));
  CALL(write(p[1], bytes, 1));
  CALL(fcntl(p[1], F_SETPIPE_SZ, 8192));
  CALL(write(p[1], bytes, 1));
  return 0;
}

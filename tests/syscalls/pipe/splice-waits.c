/* splice(2) and tee(2) wait for input and room unless told otherwise; ends of file. */
#include "../check.h"
#include <sys/sendfile.h>
#include <sys/socket.h>

static int a[2], b[2], s[2], d[2];

static void feeds(void) {
  sleep_ms(50);
  write(a[1], "late", 4);
}
static void sends(void) {
  sleep_ms(50);
  write(d[1], "record", 6);
}
static void drains(void) {
  char bytes[4096];
  sleep_ms(50);
  read(b[0], bytes, 4096);
}

int main(void) {
  static char bytes[65536];
  if (pipe(a) || pipe(b) || socketpair(AF_UNIX, SOCK_STREAM, 0, s) || socketpair(AF_UNIX, SOCK_DGRAM, 0, d))
    return 1;
  CALL(splice(a[0], NULL, b[1], NULL, 10, SPLICE_F_NONBLOCK));
  CALL(tee(a[0], b[1], 10, SPLICE_F_NONBLOCK));
  start(feeds);
  CALL(splice(a[0], NULL, b[1], NULL, 10, 0));
  start(feeds);
  CALL(tee(a[0], b[1], 10, 0));
  CALL(splice(a[0], NULL, s[0], NULL, 10, 0));
  CALL(read(s[1], bytes, 10));
  /* A stream need not wait where the pipe need not; a datagram is waited for. */
  CALL(splice(s[0], NULL, b[1], NULL, 10, SPLICE_F_NONBLOCK));
  CALL(fcntl(b[1], F_SETFL, O_NONBLOCK));
  CALL(splice(s[0], NULL, b[1], NULL, 10, 0));
  CALL(sendfile(b[1], s[0], NULL, 10));
  start(sends);
  CALL(splice(d[0], NULL, b[1], NULL, 10, SPLICE_F_NONBLOCK));
  CALL(fcntl(b[1], F_SETFL, 0));
  CALL(write(s[1], "socket", 6));
  CALL(splice(s[0], NULL, b[1], NULL, 10, 0));
  CALL(read(b[0], bytes, 100));
  printf("%.20s\n", bytes);
  CALL(write(b[1], bytes, 65536));
  CALL(write(a[1], "x", 1));
  CALL(splice(a[0], NULL, b[1], NULL, 10, SPLICE_F_NONBLOCK));
  start(drains);
  CALL(splice(a[0], NULL, b[1], NULL, 10, 0));
  close(a[1]);
  CALL(splice(a[0], NULL, b[1], NULL, 10, SPLICE_F_NONBLOCK)); /* Room is asked for before the end is seen. */
  CALL(read(b[0], bytes, 4096));
  CALL(splice(a[0], NULL, b[1], NULL, 10, 0));
  CALL(tee(a[0], b[1], 10, 0));
  close(s[1]);
  CALL(fcntl(b[0], F_SETFL, O_NONBLOCK));
  while (read(b[0], bytes, sizeof bytes) > 0) {
  }
  CALL(splice(s[0], NULL, b[1], NULL, 10, 0));
  int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY);
  CALL(splice(null, NULL, b[1], NULL, 10, 0));
  CALL(splice(zero, NULL, b[1], NULL, 10, 0));
  CALL(splice(b[0], NULL, null, NULL, 100, 0));
  return 0;
}

/* pipe(2), pipe2(2): ends, flags, EOF, SIGPIPE. */
#include "../check.h"
#include <sys/ioctl.h>

static volatile int pipes;
static void note(int s) { (void)s; pipes++; }

int main(void) {
  int ends[2];
  char buffer[100];
  CALL(syscall(SYS_pipe, BAD));
  CALL(pipe2(ends, 1));
  CALL(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
  CALL(fcntl(ends[0], F_GETFD));
  CALL(fcntl(ends[0], F_GETFL));
  CALL(fcntl(ends[1], F_GETFL));
  CALL(read(ends[0], buffer, 100));
  CALL(write(ends[0], "x", 1));
  CALL(read(ends[1], buffer, 1));
  CALL(lseek(ends[0], 0, SEEK_SET));
  CALL(pread(ends[0], buffer, 1, 0));
  CALL(ftruncate(ends[1], 0));
  CALL(write(ends[1], "hello", 5));
  int available = -1;
  CALL(ioctl(ends[0], FIONREAD, &available));
  CALL(available);
  CALL(read(ends[0], buffer, 0));
  CALL(read(ends[0], buffer, 100));
  CALL(write(ends[1], BAD, 5));
  CALL(write(ends[1], "", 0));
  CALL(fcntl(ends[0], F_GETPIPE_SZ));
  CALL(fcntl(ends[0], F_SETPIPE_SZ, 5000));
  static char big[100000];
  CALL(write(ends[1], big, sizeof big));
  CALL(write(ends[1], big, 1));
  CALL(fcntl(ends[0], F_SETPIPE_SZ, 4096));
  CALL(fcntl(ends[0], F_SETPIPE_SZ, 1 << 20));
  CALL(fsync(ends[0]));
  close(ends[0]);
  signal(SIGPIPE, note);
  CALL(write(ends[1], "x", 1));
  CALL(pipes);
  CALL(write(ends[1], "", 0));
  CALL(pipe(ends));
  close(ends[1]);
  CALL(read(ends[0], buffer, 1));
  return 0;
}

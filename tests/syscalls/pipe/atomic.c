/* Writes of up to PIPE_BUF bytes are whole or not at all. */
#include "../check.h"
#include <limits.h>

int main(void) {
  static char block[65536], buffer[65536];
  int ends[2];
  if (pipe2(ends, O_NONBLOCK)) return 1;
  CALL(write(ends[1], block, 65536));
  CALL(write(ends[1], block, 1));
  CALL(read(ends[0], buffer, 4096));
  CALL(write(ends[1], block, PIPE_BUF));
  CALL(read(ends[0], buffer, 4096));
  CALL(write(ends[1], block, 2000));
  CALL(write(ends[1], block, 4096));
  CALL(write(ends[1], block, 2096));
  CALL(write(ends[1], block, 5000));
  return 0;
}

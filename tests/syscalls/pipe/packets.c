/* O_DIRECT: each write is a packet, and a read takes one. */
#include "../check.h"

int main(void) {
  int ends[2];
  char buffer[100];
  CALL(pipe2(ends, O_DIRECT | O_NONBLOCK));
  CALL(write(ends[1], "first", 5));
  CALL(write(ends[1], "second", 6));
  CALL(read(ends[0], buffer, 100));
  CALL(read(ends[0], buffer, 3)); /* The rest is dropped. */
  CALL(read(ends[0], buffer, 100));
  return 0;
}

/* pipe2(2) with O_DIRECT: the flag is of the writing end alone. */
#include "../check.h"

int main(void) {
  int fds[2];
  CALL(pipe2(fds, O_DIRECT | O_NONBLOCK));
  printf("%#x %#x\n", fcntl(fds[0], F_GETFL), fcntl(fds[1], F_GETFL));
  CALL(fcntl(fds[0], F_SETFL, O_DIRECT));
  CALL(fcntl(fds[1], F_SETFL, 0));
  printf("%#x %#x\n", fcntl(fds[0], F_GETFL), fcntl(fds[1], F_GETFL));
  CALL(write(fds[1], "abc", 3));
  CALL(write(fds[1], "def", 3));
  char text[10] = "";
  CALL(read(fds[0], text, 9));
  puts(text);
  return 0;
}

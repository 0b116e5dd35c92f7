/* Non-canonical reads: VMIN and VTIME in all combinations, poll, switching modes with input waiting. */
#include "tty.h"
static void set(int min, int time) {
  struct termios t;
  tcgetattr(slave, &t);
  t.c_lflag &= ~(ICANON | ECHO);
  t.c_cc[VMIN] = min;
  t.c_cc[VTIME] = time;
  tcsetattr(slave, TCSANOW, &t);
  printf("VMIN %d VTIME %d\n", min, time);
}
static void later(const char *text, int ms) {
  fflush(stdout);
  if (fork() == 0) { sleep_ms(ms); type(text); _exit(0); }
}
static char buffer[100];
static int pending(void) {
  struct pollfd entry = {slave, POLLIN, 0};
  return poll(&entry, 1, 0);
}
int main(void) {
  open_pty();
  set(0, 0);
  CALL(read(slave, buffer, 10));
  type("abc");
  CALL(read(slave, buffer, 2));
  CALL(read(slave, buffer, 2));
  set(0, 1);
  CALL(read(slave, buffer, 10));
  later("x", 20);
  CALL(read(slave, buffer, 10));
  set(3, 0);
  type("ab");
  CALL(pending());
  later("cd", 20);
  CALL(read(slave, buffer, 10));
  type("e");
  later("f", 20);
  CALL(read(slave, buffer, 2)); /* Asked for less than VMIN. */
  set(5, 1);
  CALL(pending());
  type("gh");
  CALL(pending());
  CALL(read(slave, buffer, 10));
  later("ij", 20);
  CALL(read(slave, buffer, 10)); /* The clock starts with the first byte. */
  fcntl(slave, F_SETFL, O_NONBLOCK);
  CALL(read(slave, buffer, 10));
  type("k");
  CALL(read(slave, buffer, 10));
  fcntl(slave, F_SETFL, 0);
  struct termios t;
  tcgetattr(slave, &t);
  t.c_lflag |= ICANON;
  tcsetattr(slave, TCSANOW, &t);
  type("canon\nhalf");
  CALL(pending());
  t.c_lflag &= ~ICANON;
  t.c_cc[VMIN] = 1;
  t.c_cc[VTIME] = 0;
  tcsetattr(slave, TCSANOW, &t);
  CALL(read(slave, buffer, 100));
  type("raw");
  sleep_ms(10);
  t.c_lflag |= ICANON;
  tcsetattr(slave, TCSANOW, &t);
  CALL(pending());
  CALL(read(slave, buffer, 100));
  CALL(read(slave, buffer, 0));
  while (wait(NULL) > 0) {}
  return 0;
}

/* kill(-1): every process but oneself; as a plain user, those that may be signalled. */
#include "../check.h"
static void waits(void) { for (;;) pause(); }
static void user(void) {
  if (setresuid(31337, 31337, 31337)) return;
  CALL(kill(-1, 0));
  pid_t a = start(waits), b = start(waits);
  CALL(kill(-1, SIGTERM));
  int status;
  waitpid(a, &status, 0);
  show_status("a", status);
  waitpid(b, &status, 0);
  show_status("b", status);
  CALL(kill(-1, 99));
  CALL(kill(1, SIGTERM));
  CALL(kill(1, 0));
}
int main(void) {
  run("user", user);
  return 0;
}

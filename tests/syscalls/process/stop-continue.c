/* Job control stops as a parent sees them. */
#include "../check.h"

static void stops_twice(void) {
  setpgid(0, 0); /* SIGTSTP stops no orphaned group. */
  raise(SIGSTOP);
  sleep_ms(100); /* A stop takes back the news of going on. */
  raise(SIGTSTP);
  _exit(5);
}

int main(void) {
  int status;
  pid_t pid = start(stops_twice);
  waitpid(pid, &status, WUNTRACED);
  show_status("first", status);
  CALL(waitpid(pid, &status, WUNTRACED | WNOHANG));
  kill(pid, SIGCONT);
  waitpid(pid, &status, WUNTRACED | WCONTINUED);
  show_status("then", status);
  waitpid(pid, &status, WUNTRACED);
  show_status("second", status);
  kill(pid, SIGTERM); /* Waits until the process goes on. */
  CALL(waitpid(pid, &status, WNOHANG));
  kill(pid, SIGCONT);
  waitpid(pid, &status, 0);
  show_status("end", status);
  pid = start(stops_twice);
  waitpid(pid, &status, WUNTRACED);
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
  show_status("killed while stopped", status);
  return 0;
}

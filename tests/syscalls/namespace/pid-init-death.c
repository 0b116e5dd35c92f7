/* When the first process of a PID namespace ends, all others do. */
#include "namespaces.h"

int main(void) {
  int ends[2];
  if (pipe(ends)) return 1;
  pid_t pid = clone_process(CLONE_NEWPID);
  if (pid == 0) {
    for (int i = 0; i < 3; i++)
      if (fork() == 0) {
        if (i == 1) setsid();
        if (i == 2 && fork() == 0) on_signal(SIGTERM, SIG_IGN, 0);
        for (;;) pause();
      }
    sleep_ms(50);
    _exit(4);
  }
  close(ends[1]);
  int status;
  CALL(waitpid(pid, &status, 0) == pid);
  show_status("first", status);
  char c;
  CALL(read(ends[0], &c, 1)); /* Nobody holds the other end. */
  pid = clone_process(CLONE_NEWPID);
  if (pid == 0)
    for (;;) pause();
  sleep_ms(20);
  CALL(kill(pid, SIGTERM)); /* No handler: ignored, even from outside. */
  sleep_ms(20);
  CALL(waitpid(pid, &status, WNOHANG));
  CALL(kill(pid, SIGKILL));
  CALL(waitpid(pid, &status, 0) == pid);
  show_status("killed from outside", status);
  return 0;
}

/* Orphans of a PID namespace go to its first process, which may wait for them. */
#include "namespaces.h"

int main(void) {
  pid_t pid = clone_process(CLONE_NEWPID);
  if (pid == 0) {
    pid_t child = fork();
    if (child == 0) {
      if (fork() == 0) {
        do sleep_ms(10);
        while (getppid() == 2);
        CALL(getppid());
        _exit(8);
      }
      _exit(7);
    }
    int status;
    CALL(waitpid(-1, &status, 0));
    show_status("child", status);
    CALL(waitpid(-1, &status, 0));
    show_status("grandchild", status);
    CALL(waitpid(-1, &status, 0));
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  return 0;
}

/* vfork(2): the parent waits, and sees what the child wrote. */
#include "../check.h"

int main(void) {
  static volatile int shared = 1;
  pid_t pid = vfork();
  if (pid == 0) {
    shared = 42;
    _exit(5);
  }
  int status;
  printf("shared %d\n", shared);
  waitpid(pid, &status, 0);
  show_status("vfork", status);
  pid = vfork();
  if (pid == 0) {
    execl("/nonexistent", "x", NULL);
    shared = errno;
    _exit(127);
  }
  waitpid(pid, &status, 0);
  printf("execve said %s\n", strerrorname_np(shared));
  show_status("failed execve", status);
  return 0;
}

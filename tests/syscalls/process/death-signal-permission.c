/* prctl(PR_SET_PDEATHSIG): a parent that may not signal its child any more does not when it dies. */
#include "../check.h"

static void parent_with(const char *who, uid_t uid) {
  int ready[2], alive[2];
  char byte;
  pipe(ready);
  pipe(alive);
  pid_t parent = fork();
  if (parent == 0) {
    if (fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      write(ready[1], "", 1);
      sleep_ms(300); /* Long enough to be killed. */
      write(alive[1], "", 1);
      _exit(0);
    }
    read(ready[0], &byte, 1);
    setresuid(uid, uid, uid);
    _exit(0);
  }
  waitpid(parent, NULL, 0);
  close(alive[1]);
  printf("%s: the child %s\n", who, read(alive[0], &byte, 1) == 1 ? "lives" : "is gone");
}

int main(void) {
  parent_with("root", 0);
  parent_with("user", 1000);
  return 0;
}

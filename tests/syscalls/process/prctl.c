/* prctl(2): names, death signals, subreapers, refusals. */
#include "../check.h"
#include <linux/capability.h>
#include <sys/prctl.h>

static void dies_with_parent(void) {
  int ends[2];
  if (pipe(ends)) return;
  if (fork() == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (write(ends[1], "x", 1) != 1) return;
    for (;;) pause();
  }
  char c;
  CALL(read(ends[0], &c, 1));
}

int main(void) {
  char name[32] = "";
  CALL(prctl(PR_SET_NAME, "a name longer than fifteen"));
  CALL(prctl(PR_GET_NAME, name));
  printf("%s\n", name);
  CALL(prctl(PR_SET_NAME, BAD));
  CALL(prctl(PR_GET_NAME, BAD));
  int signo = -1;
  CALL(prctl(PR_SET_PDEATHSIG, 99));
  CALL(prctl(PR_SET_PDEATHSIG, SIGUSR1));
  CALL(prctl(PR_GET_PDEATHSIG, &signo));
  CALL(signo);
  CALL(prctl(PR_GET_PDEATHSIG, BAD));
  CALL(prctl(PR_GET_DUMPABLE));
  CALL(prctl(PR_SET_DUMPABLE, 9));
  CALL(prctl(PR_SET_DUMPABLE, 2));
  CALL(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  CALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0));
  CALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  CALL(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  CALL(prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0));
  CALL(prctl(PR_SET_TIMERSLACK, 1234));
  CALL(prctl(PR_GET_TIMERSLACK));
  CALL(prctl(PR_CAPBSET_READ, 99));
  CALL(prctl(PR_CAPBSET_DROP, 99));
  CALL(prctl(PR_GET_KEEPCAPS));
  CALL(prctl(PR_SET_KEEPCAPS, 2));
  CALL(prctl(PR_SET_KEEPCAPS, 1));
  CALL(prctl(PR_GET_KEEPCAPS));
  CALL(prctl(PR_GET_SECCOMP));
  CALL(prctl(PR_SET_CHILD_SUBREAPER, 1));
  CALL(prctl(PR_GET_CHILD_SUBREAPER, BAD));
  CALL(prctl(9999, 0));
  run("parent", dies_with_parent);
  int status;
  wait(&status); /* The grandchild comes to us, the subreaper. */
  show_status("grandchild", status);
  return 0;
}

/* /proc/self/stat and statm. */
#include "proc.h"

int main(void) {
  prctl(PR_SET_NAME, "a (b) c");
  char *text = slurp("/proc/self/stat");
  int pid, ppid, pgrp, session, tty, fields = 0;
  char name[30], state;
  CALL(sscanf(text, "%d (%29[a-z () ]) %c %d %d %d %d", &pid, name, &state, &ppid, &pgrp, &session, &tty));
  printf("%s %c\n", name, state);
  CALL(pid == getpid());
  CALL(ppid == getppid());
  CALL(pgrp == getpgrp());
  CALL(session == getsid(0));
  char *rest = strrchr(text, ')') + 2;
  char *values[60];
  for (char *word = strtok(rest, " \n"); word && fields < 60; word = strtok(NULL, " \n")) values[fields++] = word;
  CALL(fields);
  printf("priority %s nice %s threads %s exit signal %s\n", values[15], values[16], values[17], values[35]);
  printf("itrealvalue %s rsslim %s rt %s policy %s exit code %s\n", values[18], values[22], values[37], values[38], values[49]);
  CALL(atol(values[20]) > 0 && atol(values[21]) > 0);
  int n = 0;
  for (char *word = strtok(slurp("/proc/self/statm"), " \n"); word; word = strtok(NULL, " \n")) n++;
  CALL(n);
  return 0;
}

/* nice(2), getpriority(2), setpriority(2). */
#include "../check.h"
#include <sys/resource.h>

int main(void) {
  CALL(getpriority(PRIO_PROCESS, 0));
  CALL(nice(5));
  CALL(getpriority(PRIO_PROCESS, 0));
  CALL(setpriority(PRIO_PROCESS, 0, 30));
  CALL(getpriority(PRIO_PROCESS, getpid()));
  CALL(setpriority(PRIO_PROCESS, 0, -30));
  CALL(syscall(SYS_getpriority, PRIO_PROCESS, 0)); /* 20 - nice */
  CALL(getpriority(5, 0));
  CALL(setpriority(5, 0, 0));
  CALL(getpriority(PRIO_PROCESS, NO_PID));
  CALL(setpriority(PRIO_PGRP, NO_PID, 0));
  CALL(setpriority(PRIO_USER, NO_PID, 0));
  setpriority(PRIO_PROCESS, 0, 7);
  if (fork() == 0) {
    CALL(getpriority(PRIO_PROCESS, 0));
    _exit(0);
  }
  wait(NULL);
  return 0;
}

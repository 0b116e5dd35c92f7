/* What of credentials makes a process undumpable when it changes, and forget its parent's death signal. */
#include "../check.h"
#include <linux/capability.h>
#include <sys/fsuid.h>

static void show(const char *after) {
  int signo;
  prctl(PR_GET_PDEATHSIG, &signo);
  printf("%s: dumpable %d, death signal %d\n", after, prctl(PR_GET_DUMPABLE), signo);
  prctl(PR_SET_DUMPABLE, 1);
  prctl(PR_SET_PDEATHSIG, SIGUSR1);
}

int main(void) {
  show("nothing");
  setresgid(1, -1, -1);
  show("real gid");
  setresgid(-1, 1, -1);
  show("effective gid");
  setfsgid(2);
  show("file system gid");
  setfsgid(2);
  show("the same");
  setresuid(1, -1, -1);
  show("real uid");
  setfsuid(3);
  show("file system uid");
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  syscall(SYS_capget, &header, data);
  data[0].effective = 0;
  syscall(SYS_capset, &header, data);
  show("fewer effective");
  data[0].effective = data[0].permitted;
  syscall(SYS_capset, &header, data);
  show("more effective");
  data[0].permitted = data[0].effective &= ~1u;
  syscall(SYS_capset, &header, data);
  show("fewer permitted");
  prctl(PR_SET_TIMERSLACK, -1L);
  CALL(prctl(PR_GET_TIMERSLACK));
  prctl(PR_SET_TIMERSLACK, 0L);
  CALL(prctl(PR_GET_TIMERSLACK) > 0);
  return 0;
}

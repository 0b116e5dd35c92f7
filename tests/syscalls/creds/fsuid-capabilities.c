/* The file system's user: capabilities about files follow setfsuid(2) alone, and setresuid(2) without a change leaves it. */
#include "../check.h"
#include <linux/capability.h>
#include <sys/fsuid.h>

static void show(const char *when) {
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct data[2];
  CALL(syscall(SYS_capget, &header, data));
  /* CAP_CHOWN to CAP_FSETID, CAP_KILL. */
  printf("%s: files %x, kill %d\n", when, data[0].effective & 0x1f, data[0].effective >> 5 & 1);
}

int main(void) {
  show("root");
  CALL(setfsuid(5));
  show("fsuid 5");
  CALL(setresuid(-1, -1, -1));
  CALL(setfsuid(-1));
  show("after nothing");
  CALL(setresuid(-1, 0, -1));
  CALL(setfsuid(-1));
  show("after euid 0");
  CALL(setresgid(-1, -1, -1));
  CALL(setfsgid(7));
  CALL(setresgid(0, -1, 0));
  CALL(setfsgid(-1));
  CALL(setresuid(1, 2, 0));
  show("euid 2");
  CALL(setfsuid(0));
  show("fsuid 0");
  CALL(setreuid(-1, 1));
  show("euid 1, fsuid 1");
  CALL(setfsuid(-1));
  return 0;
}

/* capget(2), capset(2): versions, whose, what may grow. */
#include "../check.h"
#include <linux/capability.h>
static struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
static struct __user_cap_data_struct data[2];
static long get(void) { return syscall(SYS_capget, &header, data); }
static long set(void) { return syscall(SYS_capset, &header, data); }
static void growth(void) {
  get();
  data[0].effective &= ~(1 << CAP_CHOWN);
  CALL(set());
  CALL(chown(".", 7, 7));
  data[0].effective |= 1 << CAP_CHOWN;
  CALL(set());
  CALL(chown(".", 7, 7));
  data[0].permitted &= ~(1 << CAP_CHOWN);
  CALL(set()); /* Effective beyond permitted. */
  data[0].effective &= ~(1 << CAP_CHOWN);
  CALL(set());
  data[0].permitted |= 1 << CAP_CHOWN;
  CALL(set());
  get();
  data[0].inheritable |= 1 << CAP_KILL;
  CALL(set());
  data[0].effective = data[0].permitted = 0;
  CALL(set());
  data[0].inheritable = ~0;
  CALL(set());
  data[0].inheritable = 0;
  CALL(set());
  CALL(setresuid(7, 8, 9));
  CALL(chroot("."));
}
static void others(void) {
  header.pid = getppid();
  CALL(get());
  CALL(set());
  header.pid = NO_PID;
  CALL(get());
  CALL(set());
  header.pid = -1;
  CALL(get());
  header.pid = getpid();
  CALL(get());
  CALL(set());
}
int main(void) {
  header.version = 0;
  CALL(get());
  printf("version %x\n", header.version);
  header.version = 0;
  CALL(set());
  printf("version %x\n", header.version);
  header.version = 5;
  CALL(syscall(SYS_capget, &header, NULL));
  CALL(syscall(SYS_capget, BAD, data));
  CALL(syscall(SYS_capget, &header, BAD));
  CALL(syscall(SYS_capset, &header, BAD));
  header.version = _LINUX_CAPABILITY_VERSION_1;
  CALL(get());
  header.version = _LINUX_CAPABILITY_VERSION_2;
  CALL(get());
  header.version = _LINUX_CAPABILITY_VERSION_3;
  CALL(syscall(SYS_capget, &header, NULL));
  run("growth", growth);
  run("others", others);
  return 0;
}

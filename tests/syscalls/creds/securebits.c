/* prctl(2): securebits, keepcaps, bounding and ambient sets. */
#include "../check.h"
#include <linux/capability.h>
#include <linux/securebits.h>
static void caps(const char *who) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  syscall(SYS_capget, &header, data);
  printf("%s: chown effective %d permitted %d, kill effective %d permitted %d\n", who,
         !!(data[0].effective & 1 << CAP_CHOWN), !!(data[0].permitted & 1 << CAP_CHOWN),
         !!(data[0].effective & 1 << CAP_KILL), !!(data[0].permitted & 1 << CAP_KILL));
}
static void plain(void) { if (setresuid(7, 7, 7)) _exit(1); caps("plain"); }
static void effective(void) {
  CALL(setresuid(-1, 7, -1));
  caps("effective 7");
  CALL(setresuid(-1, 0, -1));
  caps("back");
}
static void keeps(void) {
  CALL(prctl(PR_SET_KEEPCAPS, 1));
  plain();
  CALL(prctl(PR_SET_SECUREBITS, 0));
  CALL(prctl(PR_GET_SECUREBITS));
}
static void no_fixup(void) {
  CALL(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED));
  plain();
  CALL(prctl(PR_GET_SECUREBITS));
}
static void locked(void) {
  CALL(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED));
  CALL(prctl(PR_SET_KEEPCAPS, 1));
  CALL(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED | SECBIT_KEEP_CAPS));
  CALL(prctl(PR_SET_SECUREBITS, 0));
  CALL(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED | SECBIT_NOROOT));
  CALL(prctl(PR_SET_SECUREBITS, 0x10000));
}
static void bounding(void) {
  CALL(prctl(PR_CAPBSET_READ, CAP_CHOWN));
  CALL(prctl(PR_CAPBSET_DROP, CAP_CHOWN));
  CALL(prctl(PR_CAPBSET_READ, CAP_CHOWN));
  caps("dropped");
  CALL(prctl(PR_CAPBSET_READ, 64));
}
static void ambient(void) {
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0)); /* Not inheritable. */
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  syscall(SYS_capget, &header, data);
  data[0].inheritable |= 1 << CAP_CHOWN;
  CALL(syscall(SYS_capset, &header, data));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 99, 0, 0));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 1, 0));
  CALL(prctl(PR_CAP_AMBIENT, 9, CAP_KILL, 0, 0));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 1, 0, 0));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_CHOWN, 0, 0));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
  data[0].inheritable = 0;
  CALL(syscall(SYS_capset, &header, data));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0));
  CALL(prctl(PR_SET_SECUREBITS, SECBIT_NO_CAP_AMBIENT_RAISE));
  data[0].inheritable = 1 << CAP_CHOWN;
  CALL(syscall(SYS_capset, &header, data));
  CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
}
int main(void) {
  caps("root");
  run("plain", plain);
  run("effective", effective);
  run("keeps", keeps);
  run("no fixup", no_fixup);
  run("locked", locked);
  run("bounding", bounding);
  run("ambient", ambient);
  return 0;
}

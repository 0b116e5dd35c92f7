/* seccomp(2), prctl(PR_SET_SECCOMP): refusals; modes do not change. */
#include "filter.h"
static struct sock_filter allow[] = {ANSWER(SECCOMP_RET_ALLOW)};
static void modes(void) {
  CALL(prctl(PR_GET_SECCOMP));
  CALL(install(allow, 1, 0));
  CALL(prctl(PR_GET_SECCOMP));
  CALL(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL));
  CALL(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
  CALL(install(allow, 1, 0));
}
static void plain(void) {
  if (setresuid(7, 7, 7)) return;
  CALL(install(allow, 1, 0));
  CALL(install(allow, 0, 0));
  CALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  CALL(install(allow, 1, 0));
}
int main(void) {
  struct sock_fprog filter = {.len = 1, .filter = BAD};
  unsigned action = SECCOMP_RET_ERRNO;
  CALL(syscall(SYS_seccomp, 99, 0, NULL));
  CALL(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL));
  CALL(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, &filter));
  CALL(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 1 << 20, &filter));
  CALL(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL));
  CALL(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, BAD));
  CALL(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter));
  CALL(prctl(PR_SET_SECCOMP, 99));
  CALL(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL));
  CALL(install(allow, 0, 0));
  CALL(install(allow, 4097, 0));
  CALL(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
  action = SECCOMP_RET_KILL_PROCESS;
  CALL(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
  action = 0x12340000;
  CALL(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
  CALL(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 1, &action));
  CALL(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, BAD));
  run("modes", modes);
  run("plain", plain);
  return 0;
}

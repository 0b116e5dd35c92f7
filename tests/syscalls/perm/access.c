/* access(2), faccessat(2), faccessat2(2): real and effective user, flags, kinds of files. */
#include "../files.h"

static long access2(int dir, const char *path, int mode, int flags) {
  return syscall(SYS_faccessat2, dir, path, mode, flags);
}

static void set_user_id(void) {
  if (setgroups(0, NULL) || setresuid(1000, 0, 0)) return;
  CALL(access("private", R_OK));
  CALL(access2(AT_FDCWD, "private", R_OK, AT_EACCESS));
  CALL(access2(AT_FDCWD, "private", R_OK, 0));
  CALL(access("closed/x", F_OK));
  CALL(access2(AT_FDCWD, "closed/x", F_OK, AT_EACCESS));
}
static void reverse(void) {
  if (setgroups(0, NULL) || setresuid(0, 1000, 0)) return;
  CALL(access("private", R_OK | W_OK));
  CALL(access2(AT_FDCWD, "private", R_OK, AT_EACCESS));
  CALL(access("private", X_OK));
}

int main(void) {
  chmod(".", 0755);
  put("private", "x");
  chmod("private", 0600);
  mkdir("closed", 0700);
  put("closed/x", "x");
  if (symlink("gone", "dangling") || symlink("private", "s")) return 1;
  run("set-user-ID", set_user_id);
  run("reverse", reverse);
  CALL(access("private", F_OK));
  CALL(access("private", X_OK));
  CALL(access("closed", X_OK));
  CALL(access("dangling", F_OK));
  CALL(access2(AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW));
  CALL(access2(AT_FDCWD, "dangling", X_OK, AT_SYMLINK_NOFOLLOW));
  CALL(access2(open("private", O_PATH), "", R_OK, AT_EMPTY_PATH));
  CALL(access2(AT_FDCWD, "", R_OK, AT_EMPTY_PATH));
  CALL(access2(NO_FD, "", R_OK, AT_EMPTY_PATH));
  CALL(access2(AT_FDCWD, "", R_OK, 0));
  CALL(access2(AT_FDCWD, "private", 8, 0));
  CALL(access2(AT_FDCWD, "private", -1, 0));
  CALL(access2(AT_FDCWD, "private", R_OK, 0x4000));
  CALL(access("private/", F_OK));
  CALL(access("private/x", F_OK));
  CALL(access("gone", F_OK));
  CALL(access(BAD, F_OK));
  CALL(syscall(SYS_faccessat, NO_FD, "private", F_OK));
  CALL(access("/proc/version", W_OK));
  CALL(access("/dev/null", W_OK));
  return 0;
}

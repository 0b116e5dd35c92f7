/* chmod(2) and fchmodat2(2): who may, which bits stay, which flags there are. */
#include "../files.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
static long chmod2(int dir, const char *path, int mode, int flags) {
  return syscall(SYS_fchmodat2, dir, path, mode, flags);
}

static void stranger(void) {
  become(1000, 1000);
  CALL(chmod("file", 0777));
  CALL(chmod("mine", 0777));
  CALL(chmod("mine", 06777)); /* In a group that is not ours: no set-group-ID. */
  show("mine");
  CALL(chmod("ours", 06777));
  show("ours");
  CALL(chmod("mydir", 02777));
  show("mydir");
  CALL(chmod("ours", 01777));
  show("ours");
  CALL(chmod("gone", 0));
  CALL(chmod("closed/x", 0));
}
static void fowner(void) {
  become_with(1000, 1000, CAP(FOWNER));
  CALL(chmod("file", 06777));
  show("file");
}
static void fsetid(void) {
  become_with(1000, 1000, CAP(FSETID));
  CALL(chmod("file", 06777));
  CALL(chmod("mine", 06755));
  show("mine");
}

int main(void) {
  chmod(".", 0755);
  put("file", "x");
  put("mine", "x");
  put("ours", "x");
  mkdir("mydir", 0755);
  mkdir("closed", 0700);
  chown("mine", 1000, 7);
  chown("ours", 1000, 1000);
  chown("mydir", 1000, 7);
  run("stranger", stranger);
  run("CAP_FOWNER", fowner);
  run("CAP_FSETID", fsetid);
  CALL(chmod("file", 0177777));
  show("file");
  if (symlink("file", "s") || symlink("gone", "dangling")) return 1;
  CALL(chmod("s", 0640));
  show("file");
  CALL(chmod2(AT_FDCWD, "s", 0600, AT_SYMLINK_NOFOLLOW));
  CALL(chmod2(AT_FDCWD, "file", 0600, AT_SYMLINK_NOFOLLOW));
  CALL(chmod2(AT_FDCWD, "dangling", 0600, AT_SYMLINK_NOFOLLOW));
  CALL(chmod2(AT_FDCWD, "dangling", 0600, 0));
  CALL(chmod2(AT_FDCWD, "file", 0600, AT_SYMLINK_FOLLOW));
  CALL(chmod2(AT_FDCWD, "", 0600, 0));
  CALL(chmod2(open("file", O_PATH), "", 0604, AT_EMPTY_PATH));
  CALL(chmod2(open("s", O_PATH | O_NOFOLLOW), "", 0604, AT_EMPTY_PATH));
  CALL(chmod2(AT_FDCWD, "", 0755, AT_EMPTY_PATH));
  CALL(chmod2(NO_FD, "file", 0600, 0));
  CALL(chmod2(NO_FD, "", 0600, AT_EMPTY_PATH));
  CALL(fchmod(open("file", O_RDONLY), 0));
  show("file");
  int ends[2];
  struct stat st;
  if (pipe(ends)) return 1;
  CALL(fchmod(ends[0], 0640));
  fstat(ends[1], &st);
  printf("%o\n", st.st_mode);
  CALL(chmod("/dev/null", 0666));
  return 0;
}

/* chown(2): who may give a file to whom, and what becomes of the set-ID bits. */
#include "../files.h"

static void fresh(int mode) {
  unlink("mine");
  put("mine", "x");
  chown("mine", 1000, 1000);
  chmod("mine", mode);
}

static void owner(void) {
  gid_t groups[] = {50};
  if (setgroups(1, groups) || setgid(1000) || setuid(1000)) return;
  CALL(chown("mine", -1, -1));
  show("mine");
  CALL(chown("mine", 1000, -1));
  CALL(chown("mine", 1000, 1000));
  show("mine");
  CALL(chown("mine", -1, 50));
  show("mine");
  CALL(chown("mine", -1, 60));
  CALL(chown("mine", 0, -1));
  CALL(chown("mine", 2000, 50));
  CALL(chown("file", -1, 1000));
  CALL(chown("file", -1, -1));
  CALL(chown("file", 0, -1));
  CALL(chown("gone", -1, -1));
}
static void chowner(void) {
  become_with(1000, 1000, CAP(CHOWN));
  CALL(chown("file", 2000, 60));
  show("file");
  CALL(chown("mine", 0, 0));
  show("mine");
}
static void fowner(void) {
  become_with(1000, 1000, CAP(FOWNER));
  CALL(chown("file", 1000, 1000));
}

int main(void) {
  static const int modes[] = {04755, 02755, 06755, 02745, 06711, 06644, 01777};
  chmod(".", 0777);
  put("file", "x");
  fresh(06755);
  run("owner", owner);
  fresh(06755);
  run("CAP_CHOWN", chowner);
  run("CAP_FOWNER", fowner);
  for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
    fresh(modes[i]);
    CALL(chown("mine", 5, 5));
    show("mine");
  }
  mkdir("dir", 0755);
  chmod("dir", 06755);
  CALL(chown("dir", 7, 8));
  show("dir");
  if (symlink("mine", "s")) return 1;
  chmod("mine", 06755);
  CALL(lchown("s", 9, 10));
  show("s");
  show("mine");
  CALL(fchownat(AT_FDCWD, "s", 11, 12, AT_SYMLINK_NOFOLLOW));
  show("s");
  CALL(fchownat(AT_FDCWD, "s", 13, 14, 0));
  show("mine");
  CALL(fchownat(AT_FDCWD, "", 15, 16, AT_EMPTY_PATH));
  CALL(fchownat(open("mine", O_PATH), "", 17, 18, AT_EMPTY_PATH));
  show("mine");
  CALL(fchownat(AT_FDCWD, "mine", 1, 1, 0x8000));
  CALL(fchown(NO_FD, 0, 0));
  CALL(chown("mine", 4294967294U, 4294967294U));
  struct stat st;
  stat("mine", &st);
  printf("%u %u\n", st.st_uid, st.st_gid);
  return 0;
}

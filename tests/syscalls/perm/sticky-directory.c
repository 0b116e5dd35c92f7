/* The sticky bit: who may remove and rename in such a directory. */
#include "../files.h"

static void tries(void) {
  CALL(unlink("s/theirs"));
  CALL(unlink("s/mine"));
  CALL(rmdir("s/their-dir"));
  CALL(rename("s/theirs2", "s/x"));
  CALL(rename("s/mine2", "s/theirs2"));
  CALL(rename("s/mine2", "s/renamed"));
  CALL(link("s/renamed", "s/linked"));
  CALL(open("s/theirs2", O_WRONLY));
  CALL(chmod("s/theirs2", 0777));
}

static int uid;
static unsigned caps;
static void user(void) {
  if (caps) become_with(uid, 1000, caps);
  else become(uid, 1000);
  tries();
}

static void attempt(const char *who, int as, unsigned with, int dir_owner) {
  if (system("rm -rf s")) exit(1);
  mkdir("s", 0777);
  chown("s", dir_owner, 0);
  chmod("s", 01777);
  put("s/theirs", "x");
  put("s/theirs2", "x");
  put("s/mine", "x");
  put("s/mine2", "x");
  mkdir("s/their-dir", 0777);
  chown("s/mine", 1000, 1000);
  chown("s/mine2", 1000, 1000);
  uid = as;
  caps = with;
  run(who, user);
}

int main(void) {
  chmod(".", 0755);
  attempt("user", 1000, 0, 0);
  attempt("directory's owner", 1000, 0, 1000);
  attempt("CAP_FOWNER", 1000, CAP(FOWNER), 0);
  attempt("CAP_DAC_OVERRIDE", 1000, CAP(DAC_OVERRIDE), 0);
  return 0;
}

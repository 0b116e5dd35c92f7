/* fsopen(2) and its kin: what is refused. */
#include "api.h"

static void without_privilege(void) {
  if (setuid(1000)) _exit(9);
  CALL(fsopen_("tmpfs", 0));
  CALL(fspick_(AT_FDCWD, ".", 0));
  CALL(open_tree_(AT_FDCWD, ".", 1));
  DONE(open_tree_(AT_FDCWD, ".", 0));
  CALL(move_mount_(AT_FDCWD, ".", AT_FDCWD, ".", 0));
}

int main(void) {
  private_mounts();
  mkdir("d", 0755);
  CALL(fsopen_("nosuchfs", 0));
  CALL(fsopen_("tmpfs", 2));
  CALL(fsopen_(BAD, 0));
  int fs = fsopen_("tmpfs", 0);
  CALL(fsconfig_(fs, 100, NULL, NULL, 0));
  CALL(fsconfig_(NO_FD, SET_FLAG, "ro", NULL, 0));
  CALL(fsconfig_(-1, SET_FLAG, "ro", NULL, 0));
  CALL(fsconfig_(0, CREATE, NULL, NULL, 0));
  CALL(fsconfig_(fs, SET_FLAG, NULL, NULL, 0));
  CALL(fsconfig_(fs, SET_FLAG, "ro", "value", 0));
  CALL(fsconfig_(fs, SET_STRING, "size", NULL, 0));
  CALL(fsconfig_(fs, SET_STRING, "size", "1m", 5));
  CALL(fsconfig_(fs, CREATE, "key", NULL, 0));
  CALL(fsconfig_(fs, RECONFIGURE, NULL, NULL, 0));
  CALL(fsmount_(fs, 0, 0));
  CALL(fsmount_(fs, 2, 0));
  CALL(fsmount_(fs, 0, 0x1000000));
  CALL(fsmount_(NO_FD, 0, 0));
  CALL(fsmount_(0, 0, 0));
  CALL(fsconfig_(fs, CREATE, NULL, NULL, 0));
  CALL(fsmount_(fs, 0, 0x70));
  CALL(fspick_(AT_FDCWD, "d", 0));
  CALL(fspick_(AT_FDCWD, ".", 0x100));
  CALL(move_mount_(AT_FDCWD, "d", AT_FDCWD, "d", 0));
  CALL(move_mount_(AT_FDCWD, "", AT_FDCWD, "d", 0));
  CALL(move_mount_(AT_FDCWD, "d", AT_FDCWD, "nowhere", 0));
  CALL(move_mount_(NO_FD, "", AT_FDCWD, "d", 4));
  CALL(move_mount_(AT_FDCWD, "d", AT_FDCWD, "d", 0x800));
  CALL(open_tree_(AT_FDCWD, "nowhere", 1));
  CALL(open_tree_(AT_FDCWD, ".", 0x8000));
  CALL(open_tree_(AT_FDCWD, ".", 2));
  run("a user", without_privilege);
  return 0;
}

/* fsopen(2), fsconfig(2), fsmount(2), move_mount(2): a tmpfs step by step. */
#include "api.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  int fs = DONE(fsopen_("tmpfs", 1));
  CALL(fcntl(fs, F_GETFD));
  CALL(fsconfig_(fs, SET_STRING, "source", "name", 0));
  CALL(fsconfig_(fs, SET_STRING, "source", "again", 0));
  CALL(fsconfig_(fs, SET_STRING, "size", "128k", 0));
  CALL(fsconfig_(fs, SET_STRING, "mode", "700", 0));
  CALL(fsconfig_(fs, SET_STRING, "mode", "nine", 0));
  CALL(fsconfig_(fs, SET_STRING, "nosuchkey", "1", 0));
  CALL(fsmount_(fs, 0, 0));
  CALL(fsconfig_(fs, CREATE, NULL, NULL, 0));
  CALL(fsconfig_(fs, CREATE, NULL, NULL, 0));
  CALL(fsconfig_(fs, SET_STRING, "size", "1m", 0));
  int fd = DONE(fsmount_(fs, 1, 0x2 | 0x8));
  CALL(fsmount_(fs, 0, 0));
  CALL(mkdirat(fd, "inside", 0755));
  show_mounts("not yet");
  CALL(move_mount_(fd, "", AT_FDCWD, "a", 4));
  show_mounts("there");
  CALL(has("a/inside"));
  CALL(move_mount_(fd, "", AT_FDCWD, "a", 0));
  close(fs);
  close(fd);
  CALL(has("a/inside"));
  return 0;
}

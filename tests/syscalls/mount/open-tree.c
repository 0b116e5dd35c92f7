/* open_tree(2): copies of mounts that stand nowhere until they are moved. */
#include "api.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mkdir("b", 0755);
  mkdir("c", 0755);
  mount("one", "a", "tmpfs", 0, NULL);
  mkdir("a/in", 0755);
  mount("two", "a/in", "tmpfs", 0, NULL);
  put("a/in/file", "");
  int copy = DONE(open_tree_(AT_FDCWD, "a", 1 | O_CLOEXEC));
  CALL(fcntl(copy, F_GETFL) & O_PATH);
  CALL(faccessat(copy, "in/file", F_OK, 0));
  CALL(move_mount_(copy, "", AT_FDCWD, "b", 4));
  int tree = DONE(open_tree_(AT_FDCWD, "a", 1 | 0x8000));
  CALL(faccessat(tree, "in/file", F_OK, 0));
  CALL(move_mount_(tree, "", AT_FDCWD, "c", 4));
  show_mounts("copies");
  int place = DONE(open_tree_(AT_FDCWD, "b", O_CLOEXEC));
  CALL(fcntl(place, F_GETFD));
  CALL(move_mount_(place, "", AT_FDCWD, "c/in", 4));
  show_mounts("moved by descriptor");
  int dropped = open_tree_(AT_FDCWD, "a", 1 | 0x8000);
  close(dropped);
  CALL(umount("a/in"));
  CALL(umount("a"));
  return 0;
}

/* MS_MOVE: where a mount may go. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mkdir("b", 0755);
  put("file", "");
  mount("one", "a", "tmpfs", 0, NULL);
  mkdir("a/in", 0755);
  mount("two", "a/in", "tmpfs", 0, NULL);
  CALL(mount("a", "a/in", NULL, MS_MOVE, NULL));
  CALL(mount("a", "file", NULL, MS_MOVE, NULL));
  CALL(mount("b", "a", NULL, MS_MOVE, NULL));
  CALL(mount("nowhere", "b", NULL, MS_MOVE, NULL));
  int fd = open("a", O_RDONLY | O_DIRECTORY);
  CALL(mount("a", "b", NULL, MS_MOVE, NULL));
  show_mounts("moved");
  CALL(faccessat(fd, "in", F_OK, 0));
  CALL(mount(NULL, ".", NULL, MS_SHARED, NULL));
  CALL(mount("b", "a", NULL, MS_MOVE, NULL)); /* Out of a shared parent. */
  CALL(mount(NULL, ".", NULL, MS_PRIVATE, NULL));
  CALL(mount("b", "a", NULL, MS_MOVE, NULL));
  CALL(mount("a/in", "b", NULL, MS_MOVE, NULL));
  show_mounts("moved again");
  return 0;
}

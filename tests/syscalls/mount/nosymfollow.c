/* MS_NOSYMFOLLOW: links are there and lead nowhere. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("d", 0755);
  CALL(mount("x", "d", "tmpfs", 256, NULL));
  put("d/file", "text");
  CALL(symlink("file", "d/link"));
  CALL(open("d/link", O_RDONLY));
  CALL(chdir("d/link/.."));
  char text[10];
  CALL(readlink("d/link", text, sizeof text));
  struct stat st;
  CALL(lstat("d/link", &st));
  CALL(unlink("d/link"));
  show_mounts("nosymfollow");
  return 0;
}

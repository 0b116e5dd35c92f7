/* O_NOFOLLOW and O_EXCL with symbolic links. */
#include "../files.h"

int main(void) {
  put("file", "x");
  mkdir("d", 0755);
  put("d/inner", "y");
  if (symlink("file", "s") || symlink("s", "ss") || symlink("d", "sd") || symlink("gone", "dangling")) return 1;
  CALL(open("s", O_RDONLY | O_NOFOLLOW));
  CALL(open("ss", O_RDONLY | O_NOFOLLOW));
  CALL(open("file", O_RDONLY | O_NOFOLLOW) >= 0);
  CALL(open("sd/inner", O_RDONLY | O_NOFOLLOW) >= 0);
  CALL(open("sd/.", O_RDONLY | O_NOFOLLOW) >= 0);
  CALL(open("sd/", O_RDONLY | O_NOFOLLOW) >= 0);
  CALL(open("sd", O_RDONLY | O_NOFOLLOW));
  CALL(open("dangling", O_RDONLY | O_NOFOLLOW));
  CALL(open("dangling", O_WRONLY | O_NOFOLLOW | O_CREAT, 0600));
  CALL(open("s", O_WRONLY | O_NOFOLLOW | O_CREAT, 0600));
  CALL(open("s", O_WRONLY | O_CREAT | O_EXCL, 0600));
  CALL(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0600));
  CALL(open("s", O_WRONLY | O_TRUNC | O_NOFOLLOW));
  CALL(open("s", O_PATH | O_NOFOLLOW) >= 0);
  CALL(open("dangling", O_PATH | O_NOFOLLOW) >= 0);
  CALL(open("dangling", O_PATH));
  CALL(open("sd", O_PATH | O_NOFOLLOW | O_DIRECTORY));
  CALL(open("s", O_RDONLY | O_EXCL) >= 0); /* Without O_CREAT: no effect. */
  CALL(access("gone", F_OK));
  CALL(open("dangling", O_WRONLY | O_CREAT, 0600) >= 0);
  show("gone");
  show("dangling");
  cat("file");
  return 0;
}

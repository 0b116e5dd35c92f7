/* Extended attributes. */
#include "../check.h"
#include <sys/xattr.h>

int main(void) {
  char buffer[100] = "";
  put("file", "x");
  CALL(setxattr("file", "user.a", "value", 5, 0));
  CALL(setxattr("file", "user.a", "other", 5, XATTR_CREATE));
  CALL(setxattr("file", "user.b", "", 0, XATTR_REPLACE));
  CALL(setxattr("file", "user.b", "", 0, XATTR_CREATE));
  CALL(setxattr("file", "user.c", "", 0, 99));
  CALL(setxattr("file", "nonsense.a", "", 0, 0));
  CALL(setxattr("file", "user.", "", 0, 0));
  CALL(getxattr("file", "user.a", buffer, 100));
  printf("%s\n", buffer);
  CALL(getxattr("file", "user.a", NULL, 0));
  CALL(getxattr("file", "user.a", buffer, 2));
  CALL(getxattr("file", "user.none", buffer, 100));
  CALL(getxattr("missing", "user.a", buffer, 100));
  CALL(listxattr("file", buffer, 1));
  CALL(listxattr("file", NULL, 0) >= 14);
  CALL(removexattr("file", "user.a"));
  CALL(removexattr("file", "user.a"));
  if (symlink("file", "link")) return 1;
  CALL(lsetxattr("link", "user.a", "", 0, 0));
  mkfifo("fifo", 0600);
  CALL(setxattr("fifo", "user.a", "", 0, 0));
  return 0;
}

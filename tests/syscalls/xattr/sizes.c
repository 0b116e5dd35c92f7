/* Sizes of attributes and of buffers for them: ERANGE, E2BIG, ENODATA, XATTR_CREATE, XATTR_REPLACE. */
#include "../files.h"
#include <sys/xattr.h>

static char name[300], value[70000], buffer[70000];

int main(void) {
  mount_tmpfs("t", "");
  put("t/file", "x");
  const char *file = "t/file";
  memset(name, 'n', sizeof name);
  memcpy(name, "user.", 5);
  name[255] = 0;
  CALL(setxattr(file, name, "v", 1, 0));
  CALL(getxattr(file, name, buffer, 10));
  name[255] = 'n';
  name[256] = 0;
  CALL(setxattr(file, name, "v", 1, 0));
  CALL(getxattr(file, name, buffer, 10));
  CALL(removexattr(file, name));
  name[255] = 0;
  CALL(removexattr(file, name));
  CALL(setxattr(file, "", "v", 1, 0));
  CALL(getxattr(file, "", buffer, 1));
  CALL(setxattr(file, "user.v", value, 65536, 0));
  CALL(getxattr(file, "user.v", buffer, 65536));
  CALL(getxattr(file, "user.v", buffer, 65535));
  CALL(getxattr(file, "user.v", buffer, 70000));
  CALL(getxattr(file, "user.v", NULL, 0));
  CALL(setxattr(file, "user.w", value, 65537, 0));
  CALL(setxattr(file, "user.w", BAD, 65537, 0));
  CALL(setxattr(file, "user.w", BAD, 1, 0));
  CALL(setxattr(file, "user.w", NULL, 0, 0));
  CALL(getxattr(file, "user.w", buffer, 10));
  CALL(getxattr(file, "user.v", BAD, 65536));
  CALL(getxattr(file, BAD, buffer, 10));
  CALL(setxattr(BAD, "user.a", "v", 1, 0));
  CALL(setxattr(file, "user.a", "one", 3, XATTR_REPLACE));
  CALL(setxattr(file, "user.a", "one", 3, XATTR_CREATE));
  CALL(setxattr(file, "user.a", "two", 3, XATTR_CREATE));
  CALL(setxattr(file, "user.a", "three", 5, XATTR_REPLACE));
  CALL(setxattr(file, "user.a", "three", 5, XATTR_CREATE | XATTR_REPLACE));
  CALL(setxattr(file, "user.a", "three", 5, 4));
  CALL(getxattr(file, "user.a", buffer, 5));
  CALL(getxattr(file, "user.a", buffer, 4));
  CALL(removexattr(file, "user.a"));
  CALL(removexattr(file, "user.a"));
  CALL(getxattr(file, "user.a", buffer, 4));
  CALL(listxattr(file, NULL, 0));
  CALL(listxattr(file, buffer, 100));
  CALL(listxattr(file, buffer, 13));
  CALL(listxattr(file, BAD, 100));
  CALL(listxattr("t/gone", buffer, 100));
  CALL(fsetxattr(NO_FD, "user.a", "v", 1, 0));
  CALL(fgetxattr(open(file, O_PATH), "user.v", buffer, 100));
  CALL(flistxattr(open(file, O_PATH), buffer, 100));
  int fd = open(file, O_RDONLY);
  CALL(fsetxattr(fd, "user.f", "v", 1, 0));
  CALL(fgetxattr(fd, "user.f", buffer, 100));
  CALL(fremovexattr(fd, "user.f"));
  CALL(flistxattr(fd, buffer, 100));
  umount2("t", MNT_DETACH);
  return 0;
}

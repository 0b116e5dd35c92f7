/* xattr(7): the namespaces, who may read and write in each, on which kinds of files. */
#include "../files.h"
#include <sys/xattr.h>

static char buffer[100];

static void tries(const char *file) {
  printf("-- %s\n", file);
  CALL(setxattr(file, "user.a", "x", 1, 0));
  CALL(getxattr(file, "user.a", buffer, 100));
  CALL(setxattr(file, "trusted.a", "x", 1, 0));
  CALL(getxattr(file, "trusted.a", buffer, 100));
  CALL(getxattr(file, "trusted.gone", buffer, 100));
  CALL(removexattr(file, "trusted.gone"));
  CALL(setxattr(file, "security.a", "x", 1, 0));
  CALL(getxattr(file, "security.a", buffer, 100));
  CALL(removexattr(file, "user.a"));
  CALL(removexattr(file, "security.a"));
}

static void user(void) {
  become(1000, 1000);
  tries("mine");
  tries("theirs");
  tries("readonly");
  tries("sticky");
  tries("mydir");
}
static void overrider(void) {
  become_with(1000, 1000, CAP(DAC_OVERRIDE));
  tries("theirs");
  tries("sticky");
}
static void admin(void) {
  become_with(1000, 1000, CAP(SYS_ADMIN));
  tries("theirs");
}

int main(void) {
  mount_tmpfs("t", "mode=755");
  if (chdir("t")) return 1;
  put("mine", "x");
  chown("mine", 1000, 1000);
  put("theirs", "x");
  chmod("theirs", 0600);
  put("readonly", "x");
  mkdir("sticky", 0777);
  chmod("sticky", 01777);
  mkdir("mydir", 0755);
  chown("mydir", 1000, 1000);
  mkfifo("fifo", 0666);
  mknod("device", S_IFCHR | 0666, 0x103);
  run("user", user);
  run("CAP_DAC_OVERRIDE", overrider);
  run("CAP_SYS_ADMIN", admin);
  tries("theirs");
  tries("fifo");
  tries("device");
  CALL(setxattr("theirs", "user", "x", 1, 0));
  CALL(setxattr("theirs", "user.", "x", 1, 0));
  CALL(setxattr("theirs", "trusted.", "x", 1, 0));
  CALL(setxattr("theirs", "security.", "x", 1, 0));
  CALL(setxattr("theirs", "system.x", "x", 1, 0));
  CALL(setxattr("theirs", "os2.x", "x", 1, 0));
  CALL(setxattr("theirs", "users.x", "x", 1, 0));
  CALL(setxattr("theirs", ".", "x", 1, 0));
  CALL(setxattr("theirs", "x", "x", 1, 0));
  CALL(getxattr("theirs", "x.y", buffer, 1));
  CALL(getxattr("theirs", "user.", buffer, 1));
  CALL(removexattr("theirs", "system.y"));
  if (chdir("..")) return 1;
  CALL(umount("t"));
  return 0;
}

/* User namespaces in one another, and NS_GET_* of them. */
#include "namespaces.h"
#include <linux/nsfs.h>
#include <sys/ioctl.h>

static void map(void) {
  put_text("/proc/self/setgroups", "deny");
  put_text("/proc/self/uid_map", "0 0 1");
  put_text("/proc/self/gid_map", "0 0 1");
}

int main(void) {
  int outer = open("/proc/self/ns/user", O_RDONLY);
  CALL(ioctl(outer, NS_GET_NSTYPE) == CLONE_NEWUSER);
  CALL(ioctl(outer, NS_GET_PARENT));
  CALL(ioctl(outer, NS_GET_USERNS));
  uid_t uid = 77;
  CALL(ioctl(outer, NS_GET_OWNER_UID, &uid));
  CALL(uid);
  CALL(unshare(CLONE_NEWUSER | CLONE_NEWUTS));
  map();
  int first = open("/proc/self/ns/user", O_RDONLY);
  int uts = open("/proc/self/ns/uts", O_RDONLY);
  int owner = DONE(ioctl(uts, NS_GET_USERNS));
  struct stat a, b;
  fstat(first, &a);
  fstat(owner, &b);
  CALL(a.st_ino == b.st_ino);
  CALL(ioctl(uts, NS_GET_PARENT));
  CALL(ioctl(uts, NS_GET_OWNER_UID, &uid));
  CALL(ioctl(uts, NS_GET_NSTYPE) == CLONE_NEWUTS);
  CALL(ioctl(uts, 0xb7ff));
  CALL(ioctl(first, NS_GET_PARENT)); /* Above oneself. */
  CALL(setns(outer, 0));
  CALL(setns(first, 0));
  CALL(unshare(CLONE_NEWUSER));
  map();
  CALL(getuid());
  show_file("/proc/self/uid_map");
  int second = open("/proc/self/ns/user", O_RDONLY);
  CALL(ioctl(second, NS_GET_PARENT));
  CALL(setns(first, 0));
  CALL(sethostname("x", 1)); /* The UTS namespace is the first one's. */
  return 0;
}

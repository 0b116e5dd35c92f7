/* security.capability: what is taken, from whom, and how it is told in another user namespace. */
#include "../files.h"
#include <sched.h>
#include <sys/xattr.h>

static unsigned value[6] = {0x02000001, 0x400, 0, 0, 0, 0};

static void told(const char *file) {
  unsigned words[8] = {0};
  long n = getxattr(file, "security.capability", words, sizeof words);
  if (n < 0) printf("%s: %s\n", file, strerrorname_np(errno));
  else printf("%s: %ld bytes %#x %#x %#x %#x %#x root %d\n", file, n, words[0], words[1], words[2], words[3], words[4], words[5]);
}

static void sets(const char *file) {
  printf("-- %s\n", file);
  value[0] = 0x02000001;
  CALL(setxattr(file, "security.capability", "v", 1, 0));
  CALL(setxattr(file, "security.capability", value, 20, 0));
  told(file);
  CALL(setxattr(file, "security.capability", value, 19, 0));
  CALL(setxattr(file, "security.capability", value, 24, 0));
  CALL(setxattr(file, "security.capability", value, 0, 0));
  told(file);
  value[0] = 0x03000000;
  value[5] = 0;
  CALL(setxattr(file, "security.capability", value, 20, 0));
  CALL(setxattr(file, "security.capability", value, 24, 0));
  told(file);
  value[5] = 1000;
  CALL(setxattr(file, "security.capability", value, 24, XATTR_CREATE));
  CALL(setxattr(file, "security.capability", value, 24, 0));
  told(file);
  value[0] = 0x01000001;
  CALL(setxattr(file, "security.capability", value, 12, 0));
  CALL(removexattr(file, "security.capability"));
  told(file);
  CALL(removexattr(file, "security.capability"));
}

static void user(void) {
  become(1000, 1000);
  sets("mine");
  sets("theirs");
  sets("none");
}
static void admin(void) {
  become_with(1000, 1000, CAP(SYS_ADMIN));
  sets("mine");
  told("root");
}
static void other(void) {
  become_with(1000, 1000, (unsigned)CAP(SETFCAP));
  sets("mine");
  sets("theirs");
}

static void write_file(const char *name, const char *text) {
  int fd = open(name, O_WRONLY);
  if (write(fd, text, strlen(text)) < 0) printf("%s: %s\n", name, strerrorname_np(errno));
  close(fd);
}
static void inside(void) {
  become(1000, 1000);
  prctl(PR_SET_DUMPABLE, 1); /* Its own files in /proc. */
  CALL(unshare(CLONE_NEWUSER));
  told("root");
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", "0 1000 1");
  write_file("/proc/self/gid_map", "0 1000 1");
  told("root");
  told("thousand");
  sets("mine");
  sets("theirs");
  value[0] = 0x02000001;
  CALL(setxattr("mine", "security.capability", value, 20, 0));
  told("mine");
}

int main(void) {
  mount_tmpfs("t", "mode=755");
  if (chdir("t")) return 1;
  put("mine", "x");
  chown("mine", 1000, 1000);
  put("theirs", "x");
  put("root", "x");
  put("thousand", "x");
  sets("theirs");
  sets(".");
  value[0] = 0x02000001;
  CALL(setxattr("root", "security.capability", value, 20, 0));
  value[0] = 0x03000000;
  value[5] = 1000;
  CALL(setxattr("thousand", "security.capability", value, 24, 0));
  run("user", user);
  run("CAP_SYS_ADMIN", admin);
  run("CAP_SETFCAP", other);
  run("a user namespace", inside);
  told("mine");
  CALL(mount(NULL, ".", NULL, MS_REMOUNT | MS_RDONLY, NULL));
  CALL(setxattr("theirs", "security.capability", "v", 1, 0));
  CALL(removexattr("theirs", "security.capability"));
  CALL(chdir(".."));
  CALL(umount("t"));
  return 0;
}

/* system.posix_acl_access and system.posix_acl_default: acl(5). */
#include "../files.h"
#include <linux/posix_acl.h>
#include <sys/xattr.h>

struct list { uint32_t version; struct { uint16_t tag, perm; uint32_t id; } e[8]; };
static const char access_name[] = "system.posix_acl_access", default_name[] = "system.posix_acl_default";

static int set(const char *file, const char *name, int n, const int (*entries)[3]) {
  struct list list = {2, {{0}}};
  for (int i = 0; i < n; i++) {
    list.e[i].tag = entries[i][0];
    list.e[i].perm = entries[i][1];
    list.e[i].id = entries[i][2];
  }
  return setxattr(file, name, &list, 4 + 8 * n, 0);
}

static void acl(const char *file, const char *name) {
  struct list list;
  ssize_t n = getxattr(file, name, &list, sizeof list);
  printf("%s:", file);
  if (n < 0) printf(" %s", strerrorname_np(errno));
  else for (int i = 0; i < (n - 4) / 8; i++) printf(" %x:%o:%d", list.e[i].tag, list.e[i].perm, (int)list.e[i].id);
  printf("\n");
}

static void tries(void) {
  CALL(access("f", R_OK));
  CALL(access("f", W_OK));
  CALL(access("f", X_OK));
  CALL(access("f", R_OK | W_OK));
}
static void named(void) { become(1000, 1000); tries(); CALL(set("f", access_name, 0, NULL)); }
static void in_group(void) { become(2000, 50); tries(); }
static void owning_group(void) { become(2000, 60); tries(); }
static void both_groups(void) {
  gid_t groups[] = {50, 60};
  if (setgroups(2, groups) || setgid(9) || setuid(2000)) return;
  tries();
}
static void stranger(void) { become(3000, 3000); tries(); }

static const int full[][3] = {{ACL_USER_OBJ, 6, -1}, {ACL_USER, 7, 1000}, {ACL_GROUP_OBJ, 4, -1},
                              {ACL_GROUP, 2, 50},    {ACL_MASK, 6, -1},   {ACL_OTHER, 1, -1}};

int main(void) {
  char names[200];
  mount_tmpfs("t", "mode=755");
  if (chdir("t")) return 1;
  put("f", "x");
  chown("f", 0, 60);
  mkdir("d", 0755);
  if (symlink("f", "s")) return 1;
  acl("f", access_name);
  acl("f", default_name);
  CALL(listxattr("f", names, 200));
  CALL(set("f", access_name, 6, full));
  acl("f", access_name);
  show("f");
  CALL(listxattr("f", names, 200));
  printf("%s\n", names);
  run("named", named);
  run("group", in_group);
  run("owning group", owning_group);
  run("both groups", both_groups);
  run("stranger", stranger);
  CALL(chmod("f", 0640));
  acl("f", access_name);
  run("named after chmod", named);
  CALL(chmod("f", 0604));
  run("no mask", named);
  show("f");
  CALL(removexattr("f", access_name));
  acl("f", access_name);
  show("f");
  static const int plain[][3] = {{ACL_USER_OBJ, 7, -1}, {ACL_GROUP_OBJ, 5, -1}, {ACL_OTHER, 0, -1}};
  CALL(set("f", access_name, 3, plain));
  acl("f", access_name);
  show("f");
  CALL(set("f", default_name, 3, plain));
  CALL(set("f", default_name, 0, NULL));
  CALL(set("s", access_name, 3, plain));
  CALL(lsetxattr("s", access_name, names, 28, 0));
  CALL(lgetxattr("s", access_name, names, 28));
  CALL(set("f", access_name, 2, plain));
  CALL(set("f", access_name, 5, full));
  CALL(set("f", access_name, 3, full));
  CALL(setxattr("f", access_name, "\3\0\0\0", 4, 0));
  CALL(setxattr("f", access_name, "\2\0\0\0", 4, 0));
  CALL(setxattr("f", access_name, "\2\0\0\0x", 5, 0));
  CALL(setxattr("f", access_name, "\2\0", 2, 0));
  CALL(setxattr("f", access_name, NULL, 0, 0));
  CALL(setxattr("f", "system.posix_acl_other", "x", 1, 0));
  CALL(set("d", default_name, 6, full));
  acl("d", default_name);
  show("d");
  umask(077);
  put("d/file", "x");
  mkdir("d/dir", 0777);
  mkfifo("d/fifo", 0666);
  show("d/file");
  acl("d/file", access_name);
  acl("d/file", default_name);
  show("d/dir");
  acl("d/dir", access_name);
  acl("d/dir", default_name);
  show("d/fifo");
  acl("d/fifo", access_name);
  CALL(removexattr("d", default_name));
  CALL(removexattr("d", default_name));
  put("d/later", "x");
  show("d/later");
  if (chdir("..")) return 1;
  umount2("t", MNT_DETACH);
  return 0;
}

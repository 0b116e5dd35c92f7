/* User namespaces: ids before and after the maps are written, and who may write what. */
#include "namespaces.h"

static void show_ids(const char *when) {
  uid_t r, e, s;
  getresuid(&r, &e, &s);
  printf("%s: %d %d %d, group %d\n", when, r, e, s, getgid());
}

static void user(void) {
  become(1000, 1000);
  show_ids("before");
  CALL(unshare(CLONE_NEWUSER));
  show_ids("no maps");
  CALL(capable(CAP_SYS_ADMIN));
  CALL(setuid(0));
  CALL(setuid(1000));
  CALL(setgroups(0, NULL));
  CALL(put_text("/proc/self/uid_map", "0 1000 2\n"));
  CALL(put_text("/proc/self/uid_map", "0 0 1\n"));
  CALL(put_text("/proc/self/gid_map", "0 1000 1\n"));
  CALL(put_text("/proc/self/setgroups", "deny"));
  CALL(put_text("/proc/self/setgroups", "allow"));
  CALL(put_text("/proc/self/uid_map", "0 1000 1\n"));
  show_ids("uid_map");
  CALL(put_text("/proc/self/gid_map", "0 1000 1\n"));
  show_ids("both");
  CALL(put_text("/proc/self/uid_map", "0 1000 1\n"));
  CALL(put_text("/proc/self/setgroups", "deny"));
  show_file("/proc/self/uid_map");
  show_file("/proc/self/gid_map");
  show_file("/proc/self/setgroups");
  CALL(setgroups(0, NULL));
  CALL(setuid(5));
  CALL(setgid(5));
  CALL(setresuid(0, 0, 0));
  CALL(seteuid(1000));
}

static void root(void) {
  CALL(unshare(CLONE_NEWUSER));
  CALL(put_text("/proc/self/uid_map", ""));
  CALL(put_text("/proc/self/uid_map", "0 0\n"));
  CALL(put_text("/proc/self/uid_map", "0 0 0\n"));
  CALL(put_text("/proc/self/uid_map", "a b c\n"));
  CALL(put_text("/proc/self/uid_map", "0 0 10\n5 100 10\n"));
  CALL(put_text("/proc/self/uid_map", "0 0 4294967295\n"));
  CALL(put_text("/proc/self/uid_map", "0 0 1\n"));
  show_file("/proc/self/uid_map");
  CALL(put_text("/proc/self/gid_map", "0 0 1\n"));
}

int main(void) {
  run("user", user);
  run("root", root);
  return 0;
}

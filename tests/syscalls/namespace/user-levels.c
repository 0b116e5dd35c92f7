/* User and PID namespaces may be nested 32 deep. */
#include "namespaces.h"

static void users(void) {
  int depth = 0;
  while (unshare(CLONE_NEWUSER) == 0) {
    if (put_text("/proc/self/uid_map", "0 0 1") || put_text("/proc/self/gid_map", "0 0 1")) {
      put_text("/proc/self/setgroups", "deny");
      put_text("/proc/self/gid_map", "0 0 1");
    }
    depth++;
  }
  printf("%d, then %s\n", depth > 30, strerrorname_np(errno));
}

static void pids(void) {
  for (int depth = 0; depth < 40; depth++) {
    pid_t pid = clone_process(CLONE_NEWPID);
    if (pid == -1) {
      printf("%d, then %s\n", depth, strerrorname_np(errno));
      _exit(0);
    }
    if (pid > 0) {
      waitpid(pid, NULL, 0);
      _exit(0);
    }
  }
}

static void chrooted(void) {
  mkdir("jail", 0755);
  CALL(chroot("jail"));
  CALL(unshare(CLONE_NEWUSER));
}

int main(void) {
  run("users", users);
  run("pids", pids);
  run("chrooted", chrooted);
  return 0;
}

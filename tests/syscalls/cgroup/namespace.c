/* Cgroup namespaces: what "/" is, and what is outside. */
#include "cgroup.h"

static void show_cgroup(const char *who) {
  char text[300];
  FILE *file = fopen("/proc/self/cgroup", "r");
  while (file && fgets(text, sizeof text, file))
    if (!strncmp(text, "0::", 3)) printf("%s %s", who, strstr(text, cgroup_path) ? "0::...\n" : text);
  if (file) fclose(file);
}

int main(void) {
  own_cgroup();
  mkdir("a", 0755);
  mkdir("a/in", 0755);
  mkdir("b", 0755);
  pid_t pid = fork();
  if (pid == 0) {
    CALL(put_text("a/cgroup.procs", "0"));
    show_cgroup("before");
    CALL(unshare(CLONE_NEWCGROUP));
    show_cgroup("inside");
    CALL(put_text("a/in/cgroup.procs", "0"));
    show_cgroup("further in");
    CALL(mkdir("/tmp/kernelet-cgroup-test", 0755) == 0 || errno == EEXIST);
    CALL(mount("x", "/tmp/kernelet-cgroup-test", "cgroup2", 0, NULL));
    CALL(access("/tmp/kernelet-cgroup-test/in", F_OK));
    CALL(access("/tmp/kernelet-cgroup-test/cgroup.type", F_OK));
    CALL(access("/tmp/kernelet-cgroup-test/../kernelet-cgroup-test/b", F_OK));
    umount("/tmp/kernelet-cgroup-test");
    rmdir("/tmp/kernelet-cgroup-test");
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  remove_cgroups((const char *[]){"a/in", "a", "b", NULL});
  return 0;
}

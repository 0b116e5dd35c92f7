/* Cgroups are directories: making and removing them, and what is in them. */
#include "cgroup.h"
#include <sys/vfs.h>

int main(void) {
  own_cgroup();
  struct statfs fs;
  struct stat st;
  CALL(statfs(".", &fs));
  printf("%lx\n", (long)fs.f_type);
  for (const char **name = (const char *[]){"cgroup.procs", "cgroup.controllers", "cgroup.subtree_control", "cgroup.events", "cgroup.kill", "cgroup.freeze", "cgroup.type", "cgroup.stat", "cgroup.max.depth", "cgroup.max.descendants", "cgroup.threads", "cpu.stat", NULL}; *name; name++) {
    printf("%s ", *name);
    if (stat(*name, &st)) printf("%s\n", strerrorname_np(errno));
    else printf("%o %ld\n", st.st_mode, (long)st.st_size);
  }
  CALL(mkdir("child", 0755));
  CALL(mkdir("child", 0755));
  CALL(mkdir("cgroup.procs", 0755));
  CALL(mkdir("child/grand", 0700));
  stat("child/grand", &st);
  printf("%o\n", st.st_mode);
  CALL(rmdir("child"));
  CALL(rmdir("cgroup.procs"));
  CALL(unlink("cgroup.procs"));
  CALL(open("file", O_CREAT | O_WRONLY, 0644));
  CALL(symlink("child", "link"));
  CALL(mknod("fifo", S_IFIFO | 0644, 0));
  show_file("cgroup.type");
  CALL(access("../cgroup.type", F_OK));
  CALL(access("../cgroup.kill", F_OK));
  CALL(access("../cgroup.procs", F_OK));
  CALL(rmdir("child/grand"));
  CALL(rmdir("child"));
  remove_cgroups(NULL);
  return 0;
}

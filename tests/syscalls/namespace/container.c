/* What a container runtime does: all namespaces, a root of its own, /proc, a mapped user. */
#include "namespaces.h"

static void inside(void) {
  CALL(getpid());
  CALL(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL));
  CALL(mount("root", "root", "tmpfs", 0, "mode=755"));
  CALL(chdir("root"));
  for (const char **name = (const char *[]){"proc", "dev", "tmp", "old", NULL}; *name; name++) mkdir(*name, 0755);
  CALL(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL));
  put("dev/null", "");
  CALL(mount("/dev/null", "dev/null", NULL, MS_BIND, NULL));
  CALL(mount("tmp", "tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m"));
  CALL(syscall(SYS_pivot_root, ".", "old"));
  CALL(chdir("/"));
  CALL(umount2("old", MNT_DETACH));
  CALL(rmdir("old"));
  CALL(sethostname("container", 9));
  CALL(access("/proc/1/status", F_OK));
  CALL(access("/etc", F_OK));
  int fd = DONE(open("/dev/null", O_RDWR));
  CALL(write(fd, "x", 1));
  CALL(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
  CALL(mkdir("/x", 0755));
  put("/tmp/file", "x");
  CALL(access("/tmp/file", F_OK));
  CALL(getuid());
}

int main(void) {
  mkdir("root", 0755);
  int to[2];
  char c, path[60];
  if (pipe(to)) return 1;
  pid_t pid = clone_process(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP);
  if (pid == 0) {
    if (read(to[0], &c, 1) != 1) _exit(1);
    inside();
    _exit(0);
  }
  snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
  CALL(put_text(path, "0 0 1\n"));
  snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
  CALL(put_text(path, "0 0 1\n"));
  if (write(to[1], "", 1) != 1) return 1;
  int status;
  waitpid(pid, &status, 0);
  show_status("container", status);
  return 0;
}

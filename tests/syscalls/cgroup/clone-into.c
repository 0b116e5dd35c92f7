/* clone3(2) with CLONE_INTO_CGROUP. */
#include "cgroup.h"

static long clone_into(int fd, uint64_t flags) {
  struct clone_args args = {.flags = flags, .exit_signal = SIGCHLD, .cgroup = fd};
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) {
    CALL(lines("a/cgroup.procs"));
    CALL(lines("cgroup.procs"));
    _exit(0);
  }
  if (pid > 0) waitpid(pid, NULL, 0);
  return pid > 0 ? 0 : -1;
}

int main(void) {
  own_cgroup();
  mkdir("a", 0755);
  int fd = open("a", O_RDONLY | O_DIRECTORY), path = open("a", O_PATH);
  CALL(clone_into(fd, CLONE_INTO_CGROUP));
  CALL(clone_into(path, CLONE_INTO_CGROUP));
  CALL(clone_into(NO_FD, CLONE_INTO_CGROUP));
  CALL(clone_into(open("/", O_RDONLY), CLONE_INTO_CGROUP));
  CALL(lines("a/cgroup.procs"));
  CALL(rmdir("a"));
  CALL(clone_into(fd, CLONE_INTO_CGROUP));
  remove_cgroups(NULL);
  return 0;
}

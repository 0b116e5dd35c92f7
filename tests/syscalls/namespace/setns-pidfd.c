/* setns(2) with a pidfd: several namespaces of a process at once. */
#include "namespaces.h"

int main(void) {
  int ready[2], done[2];
  char c, name[70];
  if (pipe(ready) || pipe(done)) return 1;
  pid_t pid = clone_process(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWPID);
  if (pid == 0) {
    if (sethostname("other", 5) || write(ready[1], "", 1) != 1 || read(done[0], &c, 1) != 1) _exit(1);
    _exit(0);
  }
  if (read(ready[0], &c, 1) != 1) return 1;
  int fd = syscall(SYS_pidfd_open, pid, 0);
  CALL(setns(fd, 0));
  CALL(setns(fd, CLONE_THREAD));
  CALL(setns(fd, CLONE_NEWUSER));
  CALL(setns(fd, CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS));
  gethostname(name, sizeof name);
  printf("%s\n", name);
  char text[20];
  snprintf(text, sizeof text, "%d", pid);
  for (const char **kind = (const char *[]){"uts", "ipc", "mnt", "pid", "net", "user", NULL}; *kind; kind++)
    printf("%s %d\n", *kind, ns_of("self", *kind) == ns_of(text, *kind));
  CALL(setns(fd, CLONE_NEWPID));
  CALL(ns_of("self", "pid_for_children") == ns_of(text, "pid"));
  pid_t child = fork();
  if (child == 0) {
    CALL(getpid());
    CALL(getppid());
    _exit(0);
  }
  waitpid(child, NULL, 0);
  if (write(done[1], "", 1) != 1) return 1;
  waitpid(pid, NULL, 0);
  CALL(setns(fd, CLONE_NEWUTS));
  CALL(fork());
  return 0;
}

/* A bind mount of a namespace's file keeps it when nobody is left. */
#include "namespaces.h"

int main(void) {
  if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) return 1;
  put("kept", "");
  int ready[2], done[2];
  char c, path[60], name[70];
  if (pipe(ready) || pipe(done)) return 1;
  pid_t pid = clone_process(CLONE_NEWUTS);
  if (pid == 0) {
    if (sethostname("kept", 4) || write(ready[1], "", 1) != 1 || read(done[0], &c, 1) != 1) _exit(1);
    _exit(0);
  }
  if (read(ready[0], &c, 1) != 1) return 1;
  snprintf(path, sizeof path, "/proc/%d/ns/uts", pid);
  CALL(mount(path, "kept", NULL, MS_BIND, NULL));
  if (write(done[1], "", 1) != 1) return 1;
  waitpid(pid, NULL, 0);
  int fd = DONE(open("kept", O_RDONLY));
  CALL(setns(fd, CLONE_NEWUTS));
  gethostname(name, sizeof name);
  printf("%s\n", name);
  CALL(umount("kept"));
  CALL(umount("kept"));
  CALL(mount("/proc/self/ns/mnt", "kept", NULL, MS_BIND, NULL)); /* A loop. */
  return 0;
}

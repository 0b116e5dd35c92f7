/* A privileged parent writes maps of several lines for its child. */
#include "namespaces.h"

int main(void) {
  int to[2], from[2];
  char c, path[60];
  if (pipe(to) || pipe(from)) return 1;
  pid_t pid = clone_process(CLONE_NEWUSER);
  if (pid == 0) {
    CALL(getuid());
    if (write(from[1], "", 1) != 1 || read(to[0], &c, 1) != 1) _exit(1);
    CALL(getuid());
    show_file("/proc/self/uid_map");
    CALL(setgroups(2, (gid_t[]){0, 15}));
    CALL(getgroups(0, NULL));
    CALL(setgroups(1, (gid_t[]){500}));
    CALL(setresgid(10, 11, 12));
    CALL(setresuid(10, 11, 12));
    CALL(setuid(500));
    CALL(seteuid(10));
    CALL(capable(CAP_SYS_ADMIN));
    if (write(from[1], "", 1) != 1 || read(to[0], &c, 1) != 1) _exit(1);
    _exit(0);
  }
  if (read(from[0], &c, 1) != 1) return 1;
  snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
  CALL(put_text(path, "0 100000 10\n10 200000 10\n"));
  snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
  CALL(put_text(path, "0 100000 10\n10 200000 10\n"));
  if (write(to[1], "", 1) != 1 || read(from[0], &c, 1) != 1) return 1;
  char line[100];
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *file = fopen(path, "r");
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, "Uid", 3) || !strncmp(line, "Gid", 3) || !strncmp(line, "Groups", 6)) printf("%s", line);
  if (write(to[1], "", 1) != 1) return 1;
  waitpid(pid, NULL, 0);
  return 0;
}

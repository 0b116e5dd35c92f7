/* /proc of a process that has ended and was not waited for. */
#include "proc.h"

int main(void) {
  pid_t pid = fork();
  if (pid == 0) _exit(3);
  siginfo_t info;
  waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
  char path[60], state;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  sscanf(strrchr(slurp(path), ')'), ") %c", &state);
  printf("%c\n", state);
  for (const char **name = (const char *[]){"cmdline", "maps", "statm", "exe", "cwd", "root", "fd", "ns/uts", "ns/mnt", "mountinfo", "limits", NULL}; *name; name++) {
    snprintf(path, sizeof path, "/proc/%d/%s", pid, *name);
    char text[200];
    if (!strcmp(*name, "exe") || !strcmp(*name, "cwd") || !strcmp(*name, "root") || !strncmp(*name, "ns", 2)) {
      printf("%s ", *name);
      CALL(readlink(path, text, sizeof text));
      continue;
    }
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    printf("%s: %s\n", *name, fd < 0 || n < 0 ? strerrorname_np(errno) : n == 0 ? "empty" : "text");
    if (fd >= 0) close(fd);
  }
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int fd = open(path, O_RDONLY);
  waitpid(pid, NULL, 0);
  char c;
  CALL(read(fd, &c, 1));
  CALL(open(path, O_RDONLY));
  return 0;
}

/* cgroup.procs: moving processes, /proc/[pid]/cgroup, and refusals. */
#include "cgroup.h"

static const char *name_of(pid_t pid) {
  static char text[300];
  char path[40];
  snprintf(path, sizeof path, "/proc/%d/cgroup", pid);
  FILE *file = fopen(path, "r");
  while (file && fgets(text, sizeof text, file))
    if (!strncmp(text, "0::", 3)) {
      fclose(file);
      char *at = strstr(text, cgroup_path);
      if (at == NULL) return "elsewhere\n";
      return at + strlen(cgroup_path);
    }
  return "none\n";
}

int main(void) {
  own_cgroup();
  mkdir("a", 0755);
  mkdir("b", 0755);
  show_file("cgroup.procs");
  show_file("cgroup.events");
  pid_t pid = member("a/cgroup.procs");
  CALL(lines("a/cgroup.procs"));
  printf("%s", name_of(pid));
  show_file("cgroup.events");
  show_file("b/cgroup.events");
  CALL(rmdir("a"));
  char text[20];
  snprintf(text, sizeof text, "%d\n", pid);
  CALL(put_text("b/cgroup.procs", text));
  CALL(lines("a/cgroup.procs"));
  CALL(lines("b/cgroup.threads"));
  CALL(put_text("b/cgroup.procs", "x"));
  CALL(put_text("b/cgroup.procs", "-1"));
  CALL(put_text("b/cgroup.procs", ""));
  CALL(put_text("b/cgroup.procs", "99999999"));
  CALL(put_text("a/cgroup.procs", "0"));
  CALL(lines("a/cgroup.procs"));
  pid_t child = fork();
  if (child == 0) {
    CALL(lines("a/cgroup.procs")); /* Children begin where their parent is. */
    _exit(0);
  }
  waitpid(child, NULL, 0);
  CALL(put_text("../cgroup.procs", "0"));
  end(pid);
  show_file("b/cgroup.events");
  CALL(rmdir("a"));
  int fd = open("b/cgroup.procs", O_WRONLY);
  CALL(rmdir("b"));
  CALL(write(fd, "0", 1));
  CALL(put_text("cgroup.procs", "0"));
  if (fork() == 0) {
    if (setuid(1000)) _exit(1);
    CALL(put_text("../cgroup.procs", "0"));
    CALL(mkdir("mine", 0755));
    _exit(0);
  }
  wait(NULL);
  CALL(put_text("../cgroup.procs", "0"));
  remove_cgroups(NULL);
  return 0;
}

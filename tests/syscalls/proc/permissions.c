/* Who may look into /proc/[pid]: other users, and processes that are not dumpable. */
#include "proc.h"
#include <grp.h>

static char pid_text[20];
static void try(const char *name) {
  char path[60], target[100];
  snprintf(path, sizeof path, "/proc/%s/%s", pid_text, name);
  struct stat st;
  long link = readlink(path, target, sizeof target);
  int link_error = errno;
  int fd = open(path, O_RDONLY);
  int error = fd < 0 ? errno : 0;
  char c;
  if (fd >= 0 && read(fd, &c, 1) < 0) error = errno;
  lstat(path, &st);
  printf("%s: %s, link %s, %o of %d\n", name, error ? strerrorname_np(error) : "open", link < 0 ? strerrorname_np(link_error) : "read", st.st_mode, st.st_uid);
  if (fd >= 0) close(fd);
}

static void look(const char *title) {
  printf("%s\n", title);
  for (const char **name = (const char *[]){"status", "cmdline", "environ", "maps", "io", "fd", "exe", "cwd", "ns/uts", "limits", NULL}; *name; name++) try(*name);
}

static void as_user(int uid, const char *title) {
  if (fork() == 0) {
    if (setgroups(0, NULL) || setgid(uid) || setuid(uid)) _exit(1);
    look(title);
    _exit(0);
  }
  wait(NULL);
}

int main(void) {
  int ready[2];
  char c;
  if (pipe(ready)) return 1;
  for (int dumpable = 1; dumpable >= 0; dumpable--) {
    pid_t pid = fork();
    if (pid == 0) {
      if (setgroups(0, NULL) || setgid(1000) || setuid(1000)) _exit(1);
      prctl(PR_SET_DUMPABLE, dumpable);
      if (write(ready[1], "", 1) != 1) _exit(1);
      for (;;) pause();
    }
    if (read(ready[0], &c, 1) != 1) return 1;
    snprintf(pid_text, sizeof pid_text, "%d", pid);
    printf("dumpable %d\n", dumpable);
    as_user(1000, "the same user");
    as_user(1001, "another user");
    look("root");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
  }
  return 0;
}

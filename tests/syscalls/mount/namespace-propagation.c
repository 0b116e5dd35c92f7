/* Propagation between mount namespaces. */
#include "mounts.h"

static int to_child[2], to_parent[2];
static void tell(int *pipe_) { if (write(pipe_[1], "", 1) != 1) _exit(9); }
static void hear(int *pipe_) { char c; if (read(pipe_[0], &c, 1) != 1) _exit(9); }

static void child(void) {
  CALL(unshare(CLONE_NEWNS));
  CALL(mount(NULL, "slave", NULL, MS_SLAVE, NULL));
  tell(to_parent);
  hear(to_child);
  CALL(has("shared/d/file"));
  CALL(has("slave/d/file"));
  CALL(has("private/d/file"));
  CALL(mount("child's", "shared/e", "tmpfs", 0, NULL));
  CALL(mount("child's", "slave/e", "tmpfs", 0, NULL));
  put("shared/e/file", "");
  put("slave/e/file", "");
  show_mounts("child");
  tell(to_parent);
  hear(to_child);
}

int main(void) {
  private_mounts();
  for (const char **name = (const char *[]){"shared", "slave", "private", NULL}; *name; name++) {
    char path[50];
    mkdir(*name, 0755);
    mount(*name, *name, "tmpfs", 0, NULL);
    snprintf(path, sizeof path, "%s/d", *name);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/e", *name);
    mkdir(path, 0755);
    if (strcmp(*name, "private")) mount(NULL, *name, NULL, MS_SHARED, NULL);
  }
  if (pipe(to_child) || pipe(to_parent)) return 9;
  pid_t pid = start(child);
  hear(to_parent);
  for (const char **name = (const char *[]){"shared/d", "slave/d", "private/d", NULL}; *name; name++) {
    char path[50];
    CALL(mount("parent's", *name, "tmpfs", 0, NULL));
    snprintf(path, sizeof path, "%s/file", *name);
    put(path, "");
  }
  tell(to_child);
  hear(to_parent);
  CALL(has("shared/e/file"));
  CALL(has("slave/e/file"));
  show_mounts("parent");
  tell(to_child);
  int status;
  waitpid(pid, &status, 0);
  show_status("child", status);
  show_mounts("the child's namespace has gone");
  return 0;
}

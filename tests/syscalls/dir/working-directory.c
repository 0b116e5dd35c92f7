/* getcwd(2), chdir(2), fchdir(2), chroot(2). */
#include "../files.h"
#include <sched.h>

static char buffer[5000];

static void as_user(void) {
  become(1000, 1000);
  CALL(chdir("closed"));
  CALL(chdir("search"));
  CALL(chdir("../list"));
  CALL(chroot("."));
}

static void in_root(void) {
  CALL(chroot("jail"));
  CALL(syscall(SYS_getcwd, buffer, sizeof buffer) > 0);
  CALL(strncmp(buffer, "(unreachable)", 13));
  CALL(access("/inner", F_OK));
  CALL(chdir("/"));
  CALL(syscall(SYS_getcwd, buffer, sizeof buffer));
  printf("%s\n", buffer);
  CALL(access("../../inner", F_OK));
  CALL(access("/../inner", F_OK));
  CALL(access("/absolute", F_OK));
  CALL(access("/etc/passwd", F_OK));
  CALL(readlink("/absolute", buffer, 100));
}

int main(void) {
  chmod(".", 0755);
  mkdir("closed", 0700);
  mkdir("search", 0711);
  mkdir("list", 0744);
  mkdir("jail", 0755);
  put("jail/inner", "x");
  if (symlink("/inner", "jail/absolute")) return 1;
  run("user", as_user);
  run("chroot", in_root);
  CALL(chroot("jail/inner"));
  CALL(chroot("gone"));
  CALL(chroot(BAD));
  CALL(chdir(""));
  CALL(chdir("jail/inner/"));
  CALL(fchdir(open("jail/inner", O_RDONLY)));
  CALL(fchdir(open("jail", O_PATH)));
  CALL(access("inner", F_OK));
  CALL(chdir(".."));
  /* Deeper than PATH_MAX. */
  int depth = 0;
  char name[256];
  memset(name, 'n', 255);
  name[255] = 0;
  for (; depth < 20; depth++)
    if (mkdir(name, 0755) || chdir(name)) break;
  CALL(depth);
  CALL(syscall(SYS_getcwd, buffer, sizeof buffer));
  CALL(syscall(SYS_getcwd, buffer, 4096));
  CALL(syscall(SYS_getcwd, BAD, 4096));
  CALL(open(".", O_RDONLY) >= 0);
  for (; depth > 0; depth--)
    if (chdir("..") || rmdir(name)) break;
  CALL(depth);
  return 0;
}

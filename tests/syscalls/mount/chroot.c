/* chroot(2): ".." stops at the root, and whoever is outside stays outside. */
#include "mounts.h"

static void inside(void) {
  CALL(chroot("jail"));
  CALL(chdir("/"));
  CALL(has("in"));
  CALL(chdir("../.."));
  CALL(has("in"));
  CALL(has("/../in"));
  CALL(has("/link"));
  char path[100];
  printf("%s\n", getcwd(path, sizeof path));
}

static void outside(void) {
  int fd = open(".", O_RDONLY | O_DIRECTORY);
  CALL(chroot("jail"));
  char path[300];
  CALL(syscall(SYS_getcwd, path, sizeof path) > 0);
  printf("unreachable %d\n", strncmp(path, "(unreachable)", 13) == 0);
  CALL(has("jail/in")); /* The directory is still the one outside. */
  CALL(chdir("/"));
  CALL(has("in"));
  CALL(fchdir(fd));
  CALL(has("jail"));
  CALL(faccessat(fd, "../top/jail", F_OK, 0));
}

/* The classic escape: a second chroot leaves the first one's directory above. */
static void escape(void) {
  CALL(chroot("jail"));
  CALL(chdir("/"));
  mkdir("deeper", 0755);
  CALL(chroot("deeper"));
  for (int i = 0; i < 20; i++)
    if (chdir("..")) break;
  CALL(chroot("."));
  CALL(has("/proc/self"));
}

static void refused(void) {
  CALL(chroot("nowhere"));
  CALL(chroot("jail/in"));
  CALL(chroot(BAD));
  if (setuid(1000)) _exit(9);
  CALL(chroot("jail"));
}

int main(void) {
  private_mounts();
  mkdir("jail", 0755);
  put("jail/in", "");
  if (symlink("/in", "jail/link")) return 1;
  run("inside", inside);
  run("outside", outside);
  run("escape", escape);
  run("refused", refused);
  return 0;
}

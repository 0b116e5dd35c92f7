/* `deep-tree DEPTH`: folders in folders, their names, and taking them away again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
  static char path[100000];
  int depth = argc > 1 ? atoi(argv[1]) : 10000, made = 0, removed = 0;
  mkdir("/tmp/deep", 0700);
  if (chdir("/tmp/deep") != 0) return 1;
  while (made < depth && mkdir("d", 0700) == 0 && chdir("d") == 0) made++;
  printf("made %d\n", made);
  printf("getcwd small: %s\n", getcwd(path, 4096) == NULL ? strerrorname_np(errno) : "ok");
  errno = 0;
  long n = readlink("/proc/self/cwd", path, sizeof path);
  printf("/proc/self/cwd: %s\n", n < 0 ? strerrorname_np(errno) : "ok");
  printf("rename into itself: %s\n", rename("/tmp/deep", "x") < 0 ? strerrorname_np(errno) : "ok");
  while (removed < made && chdir("..") == 0 && rmdir("d") == 0) removed++;
  printf("removed %d\n", removed);
  return 0;
}

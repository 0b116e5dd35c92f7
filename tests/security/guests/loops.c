/* Links and scripts that lead to themselves. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void script(const char *name, const char *interpreter) {
  char text[200];
  snprintf(text, sizeof text, "#!%s\n", interpreter);
  int fd = open(name, O_WRONLY | O_CREAT, 0755);
  if (write(fd, text, strlen(text)) < 0) perror(name);
  close(fd);
}
#define SHOW(x) printf("%s: %s\n", #x, (x) < 0 ? strerrorname_np(errno) : "ok")

int main(void) {
  char *none[] = {"x", NULL};
  char from[16], to[16], path[5000] = "";
  mkdir("/tmp/loops", 0700);
  if (chdir("/tmp/loops") != 0) return 1;
  SHOW(symlink("a", "a"));
  SHOW(open("a", O_RDONLY));
  SHOW(symlink("c", "b") + symlink("b", "c"));
  SHOW(open("b/x", O_RDONLY));
  for (int i = 0; i < 50; i++) {
    snprintf(from, sizeof from, "l%d", i);
    snprintf(to, sizeof to, "l%d", i + 1);
    if (symlink(to, from) != 0) return 1;
  }
  SHOW(open("l49", O_RDONLY | O_CREAT, 0600));
  SHOW(open("l11", O_RDONLY));
  SHOW(open("l5", O_RDONLY));
  SHOW(symlink("d/d/d/d/d/d/d/d", "d"));
  SHOW(open("d", O_RDONLY));
  for (int i = 0; i < 2000; i++) strcat(path, "./");
  SHOW(open(path, O_RDONLY));
  script("self", "/tmp/loops/self");
  script("one", "/tmp/loops/two");
  script("two", "/tmp/loops/one");
  SHOW(execv("self", none));
  SHOW(execv("one", none));
  for (int i = 0; i < 8; i++) {
    snprintf(from, sizeof from, "s%d", i);
    snprintf(path, sizeof path, "/tmp/loops/s%d", i + 1);
    script(from, path);
  }
  SHOW(execv("s0", none));
  return 0;
}

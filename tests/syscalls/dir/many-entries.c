/* getdents(2) of 20,000 names: each once, also when names go while we read. */
#include "../files.h"
#include <dirent.h>

enum { COUNT = 20000 };
static char seen[COUNT];

static int count(DIR *dir, int also_remove) {
  int n = 0;
  memset(seen, 0, sizeof seen);
  for (struct dirent *e; (e = readdir(dir));) {
    if (e->d_name[0] == '.') continue;
    int i = atoi(e->d_name + 1);
    if (seen[i]++) printf("%s twice\n", e->d_name);
    if (also_remove && unlinkat(dirfd(dir), e->d_name, 0)) printf("cannot remove %s\n", e->d_name);
    n++;
  }
  return n;
}

int main(void) {
  char name[20];
  mkdir("d", 0755);
  int fd = open("d", O_RDONLY);
  for (int i = 0; i < COUNT; i++) {
    snprintf(name, sizeof name, "n%d", i);
    int made = openat(fd, name, O_CREAT | O_WRONLY, 0600);
    if (made < 0) return 1;
    close(made);
  }
  DIR *dir = opendir("d");
  CALL(count(dir, 0));
  rewinddir(dir);
  for (int i = 1; i < COUNT; i += 2) {
    snprintf(name, sizeof name, "n%d", i);
    if (unlinkat(fd, name, 0)) return 1;
  }
  CALL(count(dir, 0));
  rewinddir(dir);
  CALL(count(dir, 1));
  rewinddir(dir);
  CALL(count(dir, 0));
  closedir(dir);
  CALL(rmdir("d"));
  return 0;
}

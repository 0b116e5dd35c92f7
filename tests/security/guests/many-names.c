/* `many-names COUNT`: so many names in one folder, listed and removed. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 20000, made = 0, seen = 0;
  char name[32];
  mkdir("/tmp/many", 0700);
  if (chdir("/tmp/many") != 0) return 1;
  for (; made < count; made++) {
    snprintf(name, sizeof name, "file-%d", made);
    if (mknod(name, S_IFREG | 0600, 0) != 0) break;
  }
  DIR *folder = opendir(".");
  while (readdir(folder) != NULL) seen++;
  closedir(folder);
  printf("%s made, %s seen\n", made == count ? "all" : "some", seen == made + 2 ? "all" : "not all");
  for (int i = 0; i < made; i++) {
    snprintf(name, sizeof name, "file-%d", i);
    if (unlink(name) != 0) return 1;
  }
  printf("removed\n");
  return 0;
}

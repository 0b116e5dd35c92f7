/* telldir(3) and seekdir(3): positions stay good while other names come and go. */
#include "../files.h"
#include <dirent.h>

int main(void) {
  char name[32], order[100][24];
  long at[100];
  int n = 0;
  mkdir("d", 0755);
  for (int i = 0; i < 50; i++) {
    snprintf(name, sizeof name, "d/n%d", i);
    put(name, "");
  }
  DIR *dir = opendir("d");
  for (;;) {
    long here = telldir(dir);
    struct dirent *e = readdir(dir);
    if (!e) break;
    at[n] = here;
    strcpy(order[n++], e->d_name);
  }
  CALL(n);
  int good = 0;
  for (int i = n - 1; i >= 0; i--) {
    seekdir(dir, at[i]);
    struct dirent *e = readdir(dir);
    if (e && strcmp(e->d_name, order[i]) == 0) good++;
  }
  CALL(good);
  /* Removing what was read and making others shifts nothing. */
  seekdir(dir, at[30]);
  for (int i = 0; i < 20; i++) {
    if (order[i][0] == '.') continue;
    strcat(strcpy(name, "d/"), order[i]);
    unlink(name);
  }
  put("d/later", "");
  struct dirent *e = readdir(dir);
  CALL(e && strcmp(e->d_name, order[30]) == 0);
  int rest = 1;
  while ((e = readdir(dir))) rest += strcmp(e->d_name, "later") != 0;
  CALL(rest);
  closedir(dir);
  int fd = open("d", O_RDONLY);
  char buffer[4096];
  CALL(syscall(SYS_getdents64, fd, buffer, 4096) > 0);
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(syscall(SYS_getdents64, fd, buffer, 24) > 0);
  CALL(syscall(SYS_getdents64, fd, buffer, 4096) > 0);
  CALL(syscall(SYS_getdents64, fd, buffer, 4096));
  CALL(syscall(SYS_getdents64, fd, buffer, 4096));
  CALL(lseek(fd, -1, SEEK_SET));
  CALL(pread(fd, buffer, 1, 0));
  CALL(write(fd, "x", 1));
  CALL(syscall(SYS_getdents64, fd, buffer, 0));
  return 0;
}

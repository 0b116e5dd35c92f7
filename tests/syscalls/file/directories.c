/* mkdir(2), getdents(2), chdir(2), fchdir(2), getcwd(2). */
#include "../check.h"
#include <dirent.h>

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void list(const char *path) {
  DIR *dir = opendir(path);
  char *names[100];
  int n = 0;
  for (struct dirent *e; (e = readdir(dir));) {
    char *text = malloc(300);
    snprintf(text, 300, "%s:%d", e->d_name, e->d_type);
    names[n++] = text;
  }
  closedir(dir);
  qsort(names, n, sizeof *names, compare);
  for (int i = 0; i < n; i++) printf("%s ", names[i]);
  printf("\n");
}

int main(void) {
  char buffer[4096];
  CALL(mkdir("d", 0777));
  CALL(mkdir("d", 0777));
  CALL(mkdir("d/x/y", 0777));
  CALL(mkdir("d/", 0777));
  CALL(mkdir("e/", 0777));
  CALL(mkdir("", 0777));
  CALL(mkdir("/", 0777));
  CALL(mkdir("d/.", 0777));
  put("d/file", "x");
  mkfifo("d/fifo", 0600);
  if (symlink("x", "d/link")) return 1;
  mkdir("d/sub", 0700);
  list("d");
  struct stat st;
  stat("d/sub", &st);
  printf("%o\n", st.st_mode);
  int fd = open("d", O_RDONLY);
  CALL(syscall(SYS_getdents64, fd, buffer, 10));
  CALL(syscall(SYS_getdents64, fd, BAD, 4096));
  CALL(syscall(SYS_getdents64, open("d/file", O_RDONLY), buffer, 4096));
  CALL(syscall(SYS_getdents64, fd, buffer, 4096) > 100);
  CALL(syscall(SYS_getdents64, fd, buffer, 4096));
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(syscall(SYS_getdents64, fd, buffer, 4096) > 100);
  CALL(chdir("d/file"));
  CALL(chdir("missing"));
  CALL(fchdir(NO_FD));
  CALL(fchdir(open("d/file", O_RDONLY)));
  CALL(chdir("/usr"));
  CALL(syscall(SYS_getcwd, buffer, 4096));
  printf("%s\n", buffer);
  CALL(syscall(SYS_getcwd, buffer, 4));
  CALL(syscall(SYS_getcwd, BAD, 4096));
  CALL(fchdir(fd));
  CALL(access("file", F_OK));
  return 0;
}

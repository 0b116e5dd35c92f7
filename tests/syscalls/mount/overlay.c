/* An overlay of two directories over a third: reading through, copying up, whiteouts. */
#include "mounts.h"
#include <dirent.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

static void list(const char *name) {
  struct dirent **entries;
  int n = scandir(name, &entries, NULL, alphasort);
  printf("%s:", name);
  for (int i = 0; i < n; i++)
    if (entries[i]->d_name[0] != '.') printf(" %s", entries[i]->d_name);
  printf("\n");
}

static void cat(const char *name) {
  char text[100];
  int fd = open(name, O_RDONLY);
  ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
  printf("%s: %.*s\n", name, n < 0 ? 4 : (int)n, n < 0 ? "none" : text);
  if (fd >= 0) close(fd);
}

int main(void) {
  private_mounts();
  for (const char **name = (const char *[]){"low", "low/dir", "low2", "low2/dir", "up", "work", "m", NULL}; *name; name++) mkdir(*name, 0755);
  put("low/file", "lower");
  put("low/gone", "x");
  put("low/dir/a", "1");
  put("low2/dir/b", "2");
  put("low2/file", "hidden");
  put("low2/other", "deep");
  put("up/own", "upper");
  chmod("low/file", 0640);
  CALL(mount("overlay", "m", "overlay", 0, "lowerdir=low:low2,upperdir=up,workdir=work"));
  struct statfs fs;
  statfs("m", &fs);
  printf("%lx\n", (long)fs.f_type);
  list("m");
  list("m/dir");
  cat("m/file");
  cat("m/other");
  cat("m/own");
  CALL(access("up/file", F_OK));
  int fd = open("m/file", O_WRONLY | O_APPEND);
  CALL(write(fd, "+more", 5));
  close(fd);
  cat("m/file");
  cat("up/file");
  cat("low/file");
  struct stat st;
  stat("up/file", &st);
  printf("%o\n", st.st_mode);
  CALL(unlink("m/gone"));
  CALL(access("m/gone", F_OK));
  lstat("up/gone", &st);
  printf("%o %d:%d\n", st.st_mode & S_IFMT, major(st.st_rdev), minor(st.st_rdev));
  put("m/gone", "back");
  cat("up/gone");
  CALL(mkdir("m/new", 0755));
  list("up");
  CALL(rmdir("m/dir"));
  CALL(unlink("m/dir/a"));
  CALL(unlink("m/dir/b"));
  CALL(rmdir("m/dir"));
  CALL(mkdir("m/dir", 0700));
  list("m/dir");
  list("low/dir");
  CALL(rename("m/other", "m/renamed"));
  cat("up/renamed");
  CALL(access("m/other", F_OK));
  CALL(chmod("m/own", 0600));
  stat("up/own", &st);
  printf("%o\n", st.st_mode & 07777);
  CALL(umount("m"));
  CALL(mount("overlay", "m", "overlay", 0, "lowerdir=low:low2,upperdir=up,workdir=work"));
  list("m");
  CALL(umount("m"));
  CALL(mount("overlay", "m", "overlay", 0, "lowerdir=low:low2"));
  CALL(mkdir("m/x", 0755));
  CALL(open("m/file", O_WRONLY));
  cat("m/file");
  CALL(umount("m"));
  CALL(mount("overlay", "m", "overlay", 0, "lowerdir=low"));
  CALL(mount("overlay", "m", "overlay", 0, "lowerdir=nowhere:low"));
  CALL(mount("overlay", "m", "overlay", 0, "lowerdir=low,upperdir=up"));
  CALL(mount("overlay", "m", "overlay", 0, "upperdir=up,workdir=work"));
  CALL(mount("overlay", "m", "overlay", 0, NULL));
  return 0;
}

/* noatime, relatime and strictatime. */
#include "mounts.h"

static int moves(const char *file) {
  struct stat before, after;
  struct timespec old[2] = {{1000, 0}, {2000, 0}}, recent[2];
  char c;
  int result = 0;
  utimensat(AT_FDCWD, file, old, 0);
  stat(file, &before);
  int fd = open(file, O_RDONLY);
  if (read(fd, &c, 1) != 1) return -1;
  stat(file, &after);
  result = before.st_atime != after.st_atime;
  clock_gettime(CLOCK_REALTIME, recent);
  recent[0].tv_sec -= 100;
  recent[1] = old[1];
  utimensat(AT_FDCWD, file, recent, 0);
  close(fd);
  fd = open(file, O_RDONLY);
  if (read(fd, &c, 1) != 1) return -1;
  stat(file, &after);
  close(fd);
  return result * 10 + (after.st_atime != recent[0].tv_sec);
}

int main(void) {
  private_mounts();
  mkdir("d", 0755);
  CALL(mount("x", "d", "tmpfs", 0, NULL));
  put("d/file", "text");
  CALL(moves("d/file"));
  CALL(mount(NULL, "d", NULL, MS_REMOUNT | MS_BIND | MS_NOATIME, NULL));
  CALL(moves("d/file"));
  CALL(mount(NULL, "d", NULL, MS_REMOUNT | MS_BIND | MS_STRICTATIME, NULL));
  CALL(moves("d/file"));
  return 0;
}

/* A link's time of reading: readlink(2) and whoever follows it set it, if it is due; openat2(2) RESOLVE_CACHED does not. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "../check.h"

/* As if it had been read and changed then. */
static void set_times(long accessed, long modified) {
  struct timespec times[2] = {{accessed, 0}, {modified, 0}};
  if (utimensat(AT_FDCWD, "link", times, AT_SYMLINK_NOFOLLOW) != 0) perror("utimensat");
}
static int is_new(void) {
  struct stat info;
  return lstat("link", &info) == 0 && info.st_atime > 2000 && info.st_atime < 4000000000;
}
static int open_cached(const char *path) {
  struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_CACHED};
  int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
  if (fd >= 0) close(fd);
  return fd < 0 ? -1 : 0;
}
int main(void) {
  char text[20];
  struct stat info;
  close(open("file", O_CREAT | O_RDWR, 0600));
  CALL(symlink("file", "link"));
  set_times(1000, 2000);
  CALL(lstat("link", &info));
  CALL(is_new());
  CALL(stat("link", &info));
  CALL(is_new());
  set_times(1000, 2000);
  CALL(readlink("link", text, sizeof text));
  CALL(is_new());
  set_times(1000, 2000);
  CALL(open_cached("link"));
  CALL(is_new());
  CALL(access("link", F_OK));
  CALL(is_new());
  /* Later than any change. */
  set_times(4000000000, 2000);
  CALL(open_cached("link"));
  CALL(open_cached("file"));
  CALL(stat("link", &info));
  CALL(is_new());
  set_times(1000, 2000);
  CALL(unlink("link"));
  CALL(symlink("link", "loop"));
  CALL(symlink("loop", "link"));
  set_times(1000, 2000);
  CALL(stat("link", &info));
  CALL(is_new());
  return 0;
}

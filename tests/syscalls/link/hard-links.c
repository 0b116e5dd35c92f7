/* link(2) and linkat(2): what may have a second name, and where. */
#include "../files.h"

int main(void) {
  put("file", "x");
  mkdir("d", 0755);
  mkfifo("fifo", 0600);
  if (symlink("file", "s") || symlink("gone", "dangling") || symlink("d", "sd")) return 1;
  CALL(link("file", "file"));
  CALL(link("file", "s"));
  CALL(link("file", "dangling"));
  CALL(link("file", "d"));
  CALL(link("file", "d/"));
  CALL(link("file", "d/."));
  CALL(link("file", "new/"));
  CALL(link("file/", "new"));
  CALL(link("file", "file/new"));
  CALL(link("file", "gone/new"));
  CALL(link("d", "new"));
  CALL(link("d/", "new"));
  CALL(link(".", "new"));
  CALL(link("gone", "new"));
  CALL(link("gone", "file"));
  CALL(link("", "new"));
  CALL(link("fifo", "fifo2"));
  show("fifo2");
  CALL(link("s", "s2"));
  show("s2");
  CALL(linkat(AT_FDCWD, "s", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW));
  show("followed");
  CALL(linkat(AT_FDCWD, "dangling", AT_FDCWD, "x", AT_SYMLINK_FOLLOW));
  CALL(linkat(AT_FDCWD, "sd", AT_FDCWD, "x", AT_SYMLINK_FOLLOW));
  CALL(linkat(AT_FDCWD, "s/", AT_FDCWD, "x", 0));
  CALL(linkat(AT_FDCWD, "file", AT_FDCWD, "x", AT_SYMLINK_NOFOLLOW));
  CALL(linkat(AT_FDCWD, "file", AT_FDCWD, "x", 0x8000));
  CALL(linkat(NO_FD, "file", AT_FDCWD, "x", 0));
  CALL(linkat(AT_FDCWD, "file", NO_FD, "x", 0));
  int fd = open("file", O_RDONLY), dir = open("d", O_RDONLY);
  CALL(linkat(fd, "x", AT_FDCWD, "x", 0));
  CALL(linkat(fd, "", AT_FDCWD, "by-fd", AT_EMPTY_PATH));
  CALL(linkat(dir, "", AT_FDCWD, "x", AT_EMPTY_PATH));
  CALL(linkat(AT_FDCWD, "", AT_FDCWD, "x", AT_EMPTY_PATH));
  CALL(linkat(AT_FDCWD, "file", dir, "inner", 0));
  CALL(linkat(dir, "inner", dir, "inner2", 0));
  show("d/inner");
  CALL(link("file", "/proc/x"));
  CALL(link("/proc/version", "x"));
  CALL(link("file", "/dev/shm/kernelet-x"));
  CALL(link("file", BAD));
  CALL(link(BAD, "x"));
  return 0;
}

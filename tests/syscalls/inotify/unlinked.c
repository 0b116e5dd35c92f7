/* Files that lost their names: IN_DELETE_SELF waits for the last close, IN_EXCL_UNLINK, links. */
#include "inotify.h"

int main(void) {
  mkdir("d", 0755);
  put("d/open", "x");
  put("d/two", "x");
  put("d/excl", "x");
  if (link("d/two", "d/second")) return 1;
  watch_start();
  watch("d", IN_ALL_EVENTS & ~IN_OPEN);
  watch("d/open", IN_ALL_EVENTS & ~IN_OPEN);
  watch("d/two", IN_ALL_EVENTS & ~IN_OPEN);
  int fd = open("d/open", O_RDWR);
  unlink("d/open");
  events("unlink while open");
  if (write(fd, "x", 1) != 1) return 1;
  events("write without a name");
  close(fd);
  events("last close");
  unlink("d/two");
  events("one of two names");
  unlink("d/second");
  events("the other");
  CALL(inotify_add_watch(watcher, "d", (IN_ALL_EVENTS & ~IN_OPEN) | IN_EXCL_UNLINK));
  fd = open("d/excl", O_RDWR);
  unlink("d/excl");
  if (write(fd, "x", 1) != 1) return 1;
  close(fd);
  events("IN_EXCL_UNLINK");
  put("d/a", "x");
  put("d/b", "x");
  watch("d/b", IN_ALL_EVENTS & ~IN_OPEN);
  events("made");
  fd = open("d/b", O_RDONLY);
  if (rename("d/a", "d/b")) return 1;
  events("replaced while open");
  close(fd);
  events("closed");
  mkdir("d/sub", 0755);
  watch("d/sub", IN_ALL_EVENTS);
  fd = open("d/sub", O_RDONLY);
  events("opened");
  rmdir("d/sub");
  events("rmdir while open");
  close(fd);
  events("closed");
  return 0;
}

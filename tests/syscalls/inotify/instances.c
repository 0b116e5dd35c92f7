/* Several watchers of one file, several names of one watch, duplicated and inherited descriptors. */
#include "inotify.h"
#include <poll.h>

static void child(void) {
  put("d/child", "");
  events("in the child");
}

int main(void) {
  int first, second, copy;
  mkdir("d", 0755);
  put("d/f", "x");
  if (link("d/f", "hard") || symlink("d", "s")) return 1;
  watch_start();
  first = watcher;
  second = inotify_init1(IN_NONBLOCK);
  CALL(inotify_add_watch(first, "d", IN_CREATE | IN_OPEN));
  CALL(inotify_add_watch(first, "s", IN_DELETE)); /* The same watch, changed. */
  CALL(inotify_add_watch(first, "d/f", IN_OPEN));
  CALL(inotify_add_watch(first, "hard", IN_OPEN));
  CALL(inotify_add_watch(second, "d/f", IN_OPEN));
  CALL(inotify_add_watch(second, "d", IN_CREATE));
  close(open("hard", O_RDONLY));
  put("d/new", "");
  unlink("d/new");
  events("first");
  watcher = second;
  events("second");
  copy = dup(second);
  close(second);
  put("d/again", "");
  watcher = copy;
  events("duplicate");
  run("child", child);
  events("after the child has read");
  struct pollfd p = {copy, POLLIN, 0};
  put("d/more", "");
  CALL(poll(&p, 1, 0));
  close(copy);
  CALL(inotify_add_watch(first, "d", IN_CREATE));
  CALL(inotify_rm_watch(first, 1));
  CALL(inotify_add_watch(first, "d", IN_CREATE)); /* Numbers are not used again. */
  watcher = first;
  put("d/last", "");
  events("first");
  return 0;
}

/* inotify_add_watch(2): flags of the mask, replacing and adding. */
#include "inotify.h"

static void user(void) {
  become(1000, 1000);
  CALL(inotify_add_watch(watcher, "secret", IN_OPEN));
  CALL(inotify_add_watch(watcher, "closed/x", IN_OPEN));
  CALL(inotify_add_watch(watcher, "d", IN_OPEN));
}

int main(void) {
  chmod(".", 0755);
  mkdir("d", 0755);
  put("f", "x");
  put("secret", "x");
  chmod("secret", 0600);
  mkdir("closed", 0700);
  if (symlink("d", "s") || symlink("gone", "dangling")) return 1;
  watch_start();
  CALL(inotify_add_watch(watcher, "d", 0));
  CALL(inotify_add_watch(watcher, "d", IN_ONLYDIR) > 0);
  CALL(inotify_add_watch(watcher, "d", 0x00001000));
  CALL(inotify_add_watch(NO_FD, "d", IN_MASK_ADD | IN_MASK_CREATE));
  CALL(inotify_add_watch(0, "d", IN_MASK_ADD | IN_MASK_CREATE));
  CALL(inotify_add_watch(watcher, BAD, IN_MASK_ADD | IN_MASK_CREATE));
  CALL(inotify_add_watch(watcher, "d", IN_UNMOUNT));
  CALL(inotify_add_watch(watcher, "d", IN_Q_OVERFLOW));
  CALL(inotify_add_watch(watcher, "d", IN_CREATE | 0x00100000));
  CALL(inotify_add_watch(watcher, "d", IN_CREATE));
  CALL(inotify_add_watch(watcher, "d", IN_DELETE)); /* Instead of IN_CREATE. */
  put("d/x", "");
  unlink("d/x");
  events("only delete");
  CALL(inotify_add_watch(watcher, "d", IN_CREATE | IN_MASK_ADD));
  put("d/x", "");
  unlink("d/x");
  events("both");
  CALL(inotify_add_watch(watcher, "d", IN_CREATE | IN_MASK_CREATE));
  CALL(inotify_add_watch(watcher, "d", IN_CREATE | IN_MASK_CREATE | IN_MASK_ADD));
  CALL(inotify_add_watch(watcher, "f", IN_OPEN | IN_MASK_CREATE));
  CALL(inotify_add_watch(watcher, "f", IN_OPEN | IN_ONLYDIR));
  CALL(inotify_add_watch(watcher, "s", IN_OPEN | IN_DONT_FOLLOW));
  CALL(inotify_add_watch(watcher, "s", IN_OPEN | IN_DONT_FOLLOW | IN_ONLYDIR));
  CALL(inotify_add_watch(watcher, "s/", IN_OPEN | IN_DONT_FOLLOW));
  CALL(inotify_add_watch(watcher, "s", IN_OPEN));
  CALL(inotify_add_watch(watcher, "dangling", IN_OPEN));
  CALL(inotify_add_watch(watcher, "", IN_OPEN));
  CALL(inotify_rm_watch(watcher, 1));
  CALL(inotify_rm_watch(watcher, 1));
  CALL(inotify_rm_watch(watcher, -1));
  CALL(inotify_rm_watch(0, 1));
  CALL(inotify_rm_watch(NO_FD, 1));
  events("removed");
  CALL(inotify_add_watch(watcher, "d", IN_CREATE | IN_ONESHOT));
  put("d/1", "");
  put("d/2", "");
  events("one shot");
  CALL(inotify_add_watch(watcher, "d", IN_OPEN | IN_ONESHOT)); /* A new one. */
  close(open("f", O_RDONLY));
  events("file");
  run("user", user);
  return 0;
}

/* inotify(7). */
#include "../check.h"
#include <sys/inotify.h>

static int fd;
static void events(const char *what) {
  static char buffer[4096] __attribute__((aligned(8)));
  ssize_t n = read(fd, buffer, sizeof buffer);
  printf("%s:", what);
  for (ssize_t at = 0; at < n;) {
    struct inotify_event *e = (void *)(buffer + at);
    printf(" %d:%x%s%s", e->wd, e->mask, e->len ? ":" : "", e->len ? e->name : "");
    if (e->cookie) printf(":moved");
    at += sizeof *e + e->len;
  }
  printf("\n");
}

int main(void) {
  mkdir("d", 0755);
  CALL(inotify_init1(99));
  fd = inotify_init1(IN_NONBLOCK);
  CALL(inotify_add_watch(fd, "d", 0));
  CALL(inotify_add_watch(fd, "missing", IN_CREATE));
  CALL(inotify_add_watch(fd, BAD, IN_CREATE));
  CALL(inotify_add_watch(NO_FD, "d", IN_CREATE));
  CALL(inotify_add_watch(0, "d", IN_CREATE));
  CALL(inotify_add_watch(fd, "d", IN_ALL_EVENTS));
  put("d/file", "x");
  events("created");
  put("d/file", "xy");
  events("written");
  chmod("d/file", 0600);
  close(open("d/file", O_RDONLY));
  events("chmod, open");
  if (rename("d/file", "d/other")) return 1;
  events("renamed");
  if (link("d/other", "d/hard") || symlink("x", "d/s")) return 1;
  mkdir("d/sub", 0755);
  events("links, mkdir");
  CALL(inotify_add_watch(fd, "d/other", IN_DELETE_SELF | IN_ATTRIB));
  unlink("d/hard");
  unlink("d/other");
  rmdir("d/sub");
  events("removed");
  CALL(inotify_rm_watch(fd, 99));
  CALL(inotify_rm_watch(fd, 1));
  events("watch removed");
  CALL(inotify_add_watch(fd, "d", IN_CREATE | IN_ONESHOT));
  put("d/1", "");
  put("d/2", "");
  events("one shot");
  char c;
  CALL(read(fd, &c, 1));
  return 0;
}

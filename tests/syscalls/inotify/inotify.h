/* What the programs about inotify share. */
#ifndef INOTIFY_H
#define INOTIFY_H

#include "../files.h"
#include <sys/inotify.h>
#include <sys/ioctl.h>

static int watcher;
static inline void watch_start(void) { watcher = inotify_init1(IN_NONBLOCK); }
static inline void watch(const char *path, unsigned mask) {
  printf("watch %s: %d\n", path, inotify_add_watch(watcher, path, mask));
}

static const char *const event_names[] = {
    "access", "modify", "attrib", "close_write", "close_nowrite", "open", "moved_from", "moved_to",
    "create", "delete", "delete_self", "move_self", "?", "unmount", "overflow", "ignored",
};

/* Prints what is there: watch, events, name; cookies by their order. */
static inline void events(const char *what) {
  static char buffer[65536] __attribute__((aligned(8)));
  static uint32_t cookies[100];
  static int known;
  printf("%s:\n", what);
  for (ssize_t n; (n = read(watcher, buffer, sizeof buffer)) > 0;)
    for (ssize_t at = 0; at < n;) {
      struct inotify_event *e = (void *)(buffer + at);
      printf("  %d", e->wd);
      for (int bit = 0; bit < 16; bit++)
        if (e->mask & (1u << bit)) printf(" %s", event_names[bit]);
      if (e->mask & IN_ISDIR) printf(" dir");
      if (e->len) printf(" \"%s\"", e->name);
      if (e->cookie) {
        int i = 0;
        while (i < known && cookies[i] != e->cookie) i++;
        if (i == known && known < 100) cookies[known++] = e->cookie;
        printf(" cookie %d", i);
      }
      printf("\n");
      at += sizeof *e + e->len;
    }
}

#endif

/* What programs about mounts share: a mount namespace of their own, and their mounts as /proc shows them. */
#ifndef MOUNTS_H
#define MOUNTS_H

#include "../check.h"
#include <sched.h>
#include <sys/mount.h>

static char mounts_top[200];

/* A private mount namespace; the program goes on in an empty tmpfs. */
static inline void private_mounts(void) {
  if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
    printf("cannot unshare: %s\n", strerrorname_np(errno));
    exit(1);
  }
  mkdir("top", 0755);
  mount("top", "top", "tmpfs", 0, "mode=755");
  if (chdir("top") || getcwd(mounts_top, sizeof mounts_top) == NULL) exit(1);
}

/* Peer groups by the order in which they turn up: their numbers are the system's. */
static int mounts_groups[16];
static inline void show_group(const char *kind, int id) {
  int i = 0;
  while (mounts_groups[i] != 0 && mounts_groups[i] != id) i++;
  mounts_groups[i] = id;
  printf(" %s:%c", kind, 'a' + i);
}

/* Every mount below the tmpfs: place, part, flags, propagation, type, source. */
static inline void show_mounts(const char *title) {
  char line[1000];
  FILE *file = fopen("/proc/self/mountinfo", "r");
  printf("%s:\n", title);
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    char root[200], place[200], flags[200], rest[400], type[50], source[200];
    int n = 0;
    sscanf(line, "%*d %*d %*s %199s %199s %199s %n", root, place, flags, &n);
    if (strncmp(place, mounts_top, strlen(mounts_top)) != 0) continue;
    snprintf(rest, sizeof rest, "%s", line + n);
    printf("  .%s [%s] %s", place + strlen(mounts_top), root, flags);
    char *tail = strstr(rest, "- ");
    for (char *word = strtok(rest, " "); word != NULL && strcmp(word, "-"); word = strtok(NULL, " ")) {
      int id;
      if (sscanf(word, "shared:%d", &id) == 1) show_group("shared", id);
      else if (sscanf(word, "master:%d", &id) == 1) show_group("master", id);
      else if (strncmp(word, "propagate_from", 14)) printf(" %s", word);
    }
    tail[1] = ' ';
    sscanf(tail, "- %49s %199s", type, source);
    if (source[0] == '/') strcpy(source, "a path");
    printf(" %s %s\n", type, source);
  }
  if (file != NULL) fclose(file);
}

static inline int has(const char *name) { return access(name, F_OK) == 0; }

#endif

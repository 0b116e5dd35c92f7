/* What the programs about locks share. */
#ifndef LOCKS_H
#define LOCKS_H

#include "../files.h"
#include <pthread.h>
#include <sys/file.h>

static inline int lock(int fd, int cmd, int type, off_t start, off_t len) {
  struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};
  return fcntl(fd, cmd, &l);
}

/* Prints what bars a lock of this type. */
static inline void ask(int fd, int cmd, int type, off_t start, off_t len) {
  struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};
  int result = fcntl(fd, cmd, &l);
  if (result) printf("ask: %s\n", strerrorname_np(errno));
  else if (l.l_type == F_UNLCK) printf("ask: free\n");
  else
    printf("ask: %s [%ld, %ld) by %s\n", l.l_type == F_WRLCK ? "write" : "read", (long)l.l_start,
           (long)l.l_len, l.l_pid == getppid() ? "parent" : l.l_pid == getpid() ? "me" : l.l_pid == -1 ? "description" : "another");
}

/* Prints all locks that a child finds in the first 100 bytes. */
static int shown_fd;
static void show_child(void) {
  int fd = shown_fd;
  for (off_t at = 0; at < 100;) {
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at};
    if (fcntl(fd, F_GETLK, &l) || l.l_type == F_UNLCK) break;
    printf(" %s %ld+%ld", l.l_type == F_WRLCK ? "W" : "R", (long)l.l_start, (long)l.l_len);
    if (l.l_len == 0) break;
    at = l.l_start + l.l_len;
  }
  printf("\n");
}
static inline void show_locks(const char *what, int fd) {
  printf("%s:", what);
  fflush(stdout);
  shown_fd = fd;
  waitpid(start(show_child), NULL, 0);
}

#endif

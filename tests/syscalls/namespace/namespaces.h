/* What programs about namespaces share. */
#ifndef NAMESPACES_H
#define NAMESPACES_H

#include "../check.h"
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>

/* Writes to a file of /proc; 0 or an errno. */
static inline long put_text(const char *name, const char *text) {
  int fd = open(name, O_WRONLY);
  if (fd < 0) return -1;
  long n = write(fd, text, strlen(text));
  int error = errno;
  close(fd);
  errno = error;
  return n < 0 ? -1 : n == (long)strlen(text) ? 0 : n;
}

static inline void show_file(const char *name) {
  char text[2000];
  int fd = open(name, O_RDONLY);
  ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
  if (n < 0) printf("%s: %s\n", name, strerrorname_np(errno));
  else printf("%s: %.*s%s", name, (int)n, text, n > 0 && text[n - 1] == '\n' ? "" : "\n");
  if (fd >= 0) close(fd);
}

/* The namespace of a kind, as its link says. */
static inline ino_t ns_of(const char *pid, const char *kind) {
  char path[100];
  struct stat st;
  snprintf(path, sizeof path, "/proc/%s/ns/%s", pid, kind);
  return stat(path, &st) == 0 ? st.st_ino : 0;
}

static inline int capable(int cap) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  syscall(SYS_capget, &header, data);
  return (data[cap / 32].effective >> (cap % 32)) & 1;
}

/* Like fork, with namespaces. */
static inline pid_t clone_process(unsigned long flags) {
  return syscall(SYS_clone, flags | SIGCHLD, 0, NULL, NULL, 0);
}

static inline void become(int uid, int gid) {
  if (setgroups(0, NULL) || setgid(gid) || setuid(uid)) _exit(99);
  prctl(PR_SET_DUMPABLE, 1);
}

#endif

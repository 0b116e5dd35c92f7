/* What programs about files share, besides check.h. */
#ifndef FILES_H
#define FILES_H

#include "check.h"
#include <grp.h>
#include <linux/capability.h>
#include <sys/mount.h>

/* Prints mode, owner, links, and the size of what is no directory. */
static inline void show(const char *name) {
  struct stat st;
  if (lstat(name, &st) == -1) printf("%s: %s\n", name, strerrorname_np(errno));
  else if (S_ISDIR(st.st_mode)) printf("%s: %o %d:%d\n", name, st.st_mode, st.st_uid, st.st_gid);
  else
    printf("%s: %o %d:%d links %d size %ld\n", name, st.st_mode, st.st_uid, st.st_gid,
           (int)st.st_nlink, (long)st.st_size);
}

/* Prints what is in a file. */
static inline void cat(const char *name) {
  char text[200];
  int fd = open(name, O_RDONLY);
  ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  if (n < 0) printf("%s: %s\n", name, strerrorname_np(errno));
  else printf("%s: \"%.*s\"\n", name, (int)n, text);
  if (fd >= 0) close(fd);
}

/* Becomes a user without rights. */
static inline void become(int uid, int gid) {
  if (setgroups(0, NULL) || setgid(gid) || setuid(uid)) _exit(99);
}

/* Becomes a user with these capabilities only: bits of numbers below 32. */
static inline void become_with(int uid, int gid, unsigned caps) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{caps, caps, 0}, {0, 0, 0}};
  prctl(PR_SET_KEEPCAPS, 1);
  become(uid, gid);
  if (syscall(SYS_capset, &header, data)) _exit(98);
}
#define CAP(name) (1u << CAP_##name)

/* A tmpfs at `at`, for what depends on the filesystem. */
static inline void mount_tmpfs(const char *at, const char *options) {
  mkdir(at, 0755);
  if (mount("tmpfs", at, "tmpfs", 0, options)) perror("mount");
}

#endif

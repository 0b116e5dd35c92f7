/* What programs about cgroup v2 share: a mount of the tree, and a cgroup of their own in it. */
#ifndef CGROUP_H
#define CGROUP_H

#include "../check.h"
#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>

static char cgroup_path[100];

static inline long put_text(const char *name, const char *text) {
  int fd = open(name, O_WRONLY);
  if (fd < 0) return -1;
  long n = write(fd, text, strlen(text));
  int error = errno;
  close(fd);
  errno = error;
  return n < 0 ? -1 : 0;
}

static inline void show_file(const char *name) {
  char text[500];
  int fd = open(name, O_RDONLY);
  ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
  if (n < 0) printf("%s: %s\n", name, strerrorname_np(errno));
  else printf("%s: %.*s%s", name, (int)n, text, n > 0 && text[n - 1] == '\n' ? "" : "\n");
  if (fd >= 0) close(fd);
}

static inline int lines(const char *name) {
  char text[2000];
  int fd = open(name, O_RDONLY), count = 0;
  ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
  for (ssize_t i = 0; i < n; i++) count += text[i] == '\n';
  if (fd >= 0) close(fd);
  return n < 0 ? -1 : count;
}

/* The program goes on in its cgroup's directory, and is not in that cgroup itself. */
static inline void own_cgroup(void) {
  char top[300];
  if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) exit(1);
  mkdir("tree", 0755);
  if (mount("cgroup2", "tree", "cgroup2", 0, NULL) || chdir("tree")) {
    printf("no cgroup2: %s\n", strerrorname_np(errno));
    exit(1);
  }
  if (getcwd(top, sizeof top) == NULL) exit(1);
  snprintf(cgroup_path, sizeof cgroup_path, "kernelet-test-%d", getpid());
  if (mkdir(cgroup_path, 0755) || chdir(cgroup_path)) exit(1);
}

/* Removes what the program made: `names` below its cgroup first. */
static inline void remove_cgroups(const char *const *names) {
  for (; names != NULL && *names; names++) rmdir(*names);
  if (chdir("..")) return;
  for (int i = 0; i < 100 && rmdir(cgroup_path) == -1 && errno == EBUSY; i++) sleep_ms(10);
}

/* A child that waits, in this cgroup. */
static inline pid_t member(const char *procs) {
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) pause();
  }
  char text[20];
  snprintf(text, sizeof text, "%d", pid);
  if (put_text(procs, text)) printf("%s: %s\n", procs, strerrorname_np(errno));
  return pid;
}

static inline void end(pid_t pid) {
  int status;
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
}
#endif

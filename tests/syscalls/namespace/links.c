/* /proc/self/ns: what is there, and what its links are. */
#include "namespaces.h"
#include <dirent.h>
#include <sys/vfs.h>

int main(void) {
  for (const char **kind = (const char *[]){"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "user", "uts", "nosuch", NULL}; *kind; kind++) {
    char path[60], link[60];
    snprintf(path, sizeof path, "/proc/self/ns/%s", *kind);
    ssize_t n = readlink(path, link, sizeof link - 1);
    if (n < 0) {
      printf("%s: %s\n", *kind, strerrorname_np(errno));
      continue;
    }
    link[n] = 0;
    struct stat st;
    stat(path, &st);
    char expected[60];
    snprintf(expected, sizeof expected, "%.*s:[%lu]", (int)strcspn(*kind, "_"), *kind, (long)st.st_ino);
    printf("%s: %s, mode %o size %ld\n", *kind, strcmp(link, expected) ? link : "as its inode", st.st_mode, (long)st.st_size);
  }
  struct statfs fs;
  CALL(statfs("/proc/self/ns/uts", &fs));
  printf("%lx\n", (long)fs.f_type);
  int fd = DONE(open("/proc/self/ns/uts", O_RDONLY));
  char text[10];
  CALL(read(fd, text, 10));
  CALL(open("/proc/self/ns/uts", O_RDONLY | O_NOFOLLOW));
  CALL(chmod("/proc/self/ns/uts", 0777));
  return 0;
}

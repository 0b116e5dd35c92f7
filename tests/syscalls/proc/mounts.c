/* /proc/self/mounts, mountinfo and mountstats of one mount; odd names are escaped. */
#include "proc.h"
#include <sched.h>
#include <sys/mount.h>

static void show_lines(const char *name, const char *part) {
  printf("%s\n", name);
  for (char *line = strtok(slurp(name), "\n"); line; line = strtok(NULL, "\n")) {
    char *at = strstr(line, part);
    if (at) printf("  %s\n", at);
  }
}

int main(void) {
  if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) return 1;
  mkdir("a b#c\t\\", 0755);
  CALL(mount("so urce", "a b#c\t\\", "tmpfs", MS_NODEV | MS_NOEXEC, "size=64k,mode=700"));
  CALL(mount(NULL, "a b#c\t\\", NULL, MS_REMOUNT | MS_RDONLY, "size=64k,mode=700"));
  char *text = slurp("/proc/self/mountinfo");
  char *line = strstr(text, "so\\040urce");
  printf("%.*s\n", line ? (int)strcspn(line, " ") : 4, line ? line : "none");
  CALL(strstr(slurp("/proc/self/mounts"), "a\\040b#c\\011\\134 tmpfs ro,") != NULL);
  show_lines("/proc/self/mountstats", "with fstype tmpfs\n");
  CALL(strstr(slurp("/proc/self/mountstats"), "device so\\040urce mounted on ") != NULL);
  CALL(strstr(slurp("/proc/mounts"), "proc /proc proc ") != NULL);
  CALL(chroot("a b#c\t\\"));
  return 0;
}

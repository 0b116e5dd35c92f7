/* /proc/sys: what containers look at and change. */
#include "proc.h"
#include <sched.h>

int main(void) {
  for (const char **name = (const char *[]){"kernel/ostype", "kernel/cap_last_cap", "kernel/ngroups_max", "kernel/overflowuid", "kernel/overflowgid", "fs/nr_open", "fs/pipe-max-size", "fs/overflowuid", "fs/inotify/max_queued_events", "vm/overcommit_ratio", "fs/mqueue/msg_max", NULL}; *name; name++) {
    char path[80];
    snprintf(path, sizeof path, "/proc/sys/%s", *name);
    printf("%s %s", *name, slurp(path));
  }
  show_shape("uuid", strlen(slurp("/proc/sys/kernel/random/uuid")) == 37 ? "a uuid" : "none");
  char first[40];
  strcpy(first, slurp("/proc/sys/kernel/random/boot_id"));
  CALL(strcmp(first, slurp("/proc/sys/kernel/random/boot_id")));
  CALL(unshare(CLONE_NEWUTS));
  int fd = open("/proc/sys/kernel/hostname", O_RDWR);
  CALL(write(fd, "first name\nrest", 15));
  printf("%s", slurp("/proc/sys/kernel/hostname"));
  CALL(open("/proc/sys/nosuch", O_RDONLY));
  CALL(mkdir("/proc/sys/dir", 0755));
  if (setuid(1000)) return 1;
  CALL(open("/proc/sys/kernel/hostname", O_WRONLY));
  CALL(write(fd, "second", 6));
  return 0;
}

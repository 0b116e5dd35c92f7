/* proc mounted with hidepid: processes of others. */
#include "proc.h"
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>

static void look(pid_t pid) {
  char path[60];
  snprintf(path, sizeof path, "p/%d", pid);
  snprintf(path, sizeof path, "p/%d/status", pid);
  CALL(access(path, F_OK));
  snprintf(path, sizeof path, "p/%d/cmdline", pid);
  CALL(open(path, O_RDONLY) >= 0 ? 0 : -1);
  CALL(access("p/self/status", F_OK));
}

int main(void) {
  if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) return 1;
  mkdir("p", 0755);
  pid_t parent = getpid();
  for (const char **options = (const char *[]){"hidepid=0", "hidepid=1", "hidepid=2", "hidepid=invisible,gid=1000", "hidepid=ptraceable", NULL}; *options; options++) {
    printf("%s\n", *options);
    CALL(mount("proc", "p", "proc", 0, *options));
    if (fork() == 0) {
      if (setgroups(0, NULL) || setgid(1000) || setuid(1000)) _exit(1);
      prctl(PR_SET_DUMPABLE, 1);
      look(parent);
      _exit(0);
    }
    wait(NULL);
    umount("p");
  }
  return 0;
}

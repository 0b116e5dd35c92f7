/* Capabilities in a user namespace: all of them there, none outside. */
#include "namespaces.h"
#include <sys/sysmacros.h>
#include <sys/time.h>

static void show_caps(const char *when) {
  char line[100];
  FILE *file = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, "CapInh", 6) || !strncmp(line, "CapAmb", 6)) printf("%s %s", when, line);
  fclose(file);
  printf("%s admin %d chown %d\n", when, capable(CAP_SYS_ADMIN), capable(CAP_CHOWN));
}

int main(void) {
  mkdir("work", 0777);
  put("roots", "");
  chmod("work", 0777);
  become(1000, 1000);
  put("work/mine", "");
  show_caps("before");
  CALL(unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWNET));
  CALL(put_text("/proc/self/setgroups", "deny"));
  CALL(put_text("/proc/self/uid_map", "0 1000 1"));
  CALL(put_text("/proc/self/gid_map", "0 1000 1"));
  show_caps("inside");
  CALL(getuid());
  CALL(sethostname("inside", 6));
  CALL(settimeofday(&(struct timeval){1, 0}, NULL));
  CALL(mknod("work/device", S_IFCHR | 0666, makedev(1, 3)));
  CALL(mknod("work/fifo", S_IFIFO | 0666, 0));
  struct stat st;
  stat("work/mine", &st);
  printf("mine %d:%d\n", st.st_uid, st.st_gid);
  stat("roots", &st);
  printf("root's %d:%d\n", st.st_uid, st.st_gid);
  CALL(chown("work/mine", 0, 0));
  CALL(chown("work/mine", 1, 1));
  CALL(chown("roots", 0, 0));
  CALL(chmod("roots", 0600));
  CALL(open("roots", O_WRONLY));
  CALL(chmod("work/mine", 0));
  DONE(open("work/mine", O_RDWR)); /* CAP_DAC_OVERRIDE over one's own. */
  CALL(mount("x", "work", "tmpfs", 0, NULL));
  CALL(mknod("work/device", S_IFCHR | 0666, makedev(1, 3)));
  CALL(kill(getppid(), 0));
  CALL(nice(-5));
  CALL(chroot("work"));
  CALL(prctl(PR_CAPBSET_DROP, CAP_KILL, 0, 0, 0));
  return 0;
}

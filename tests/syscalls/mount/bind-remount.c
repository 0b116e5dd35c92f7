/* A bind mount's own flags: read-only, nodev, nosuid, noexec, and what they forbid. */
#include "mounts.h"
#include <sys/sysmacros.h>

static int run_program(const char *path) {
  int status;
  if (fork() == 0) {
    execl(path, path, NULL);
    printf("execve: %s\n", strerrorname_np(errno));
    _exit(0);
  }
  wait(&status);
  return WEXITSTATUS(status);
}

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mkdir("b", 0755);
  put("a/script", "#!/bin/sh\nexit 7\n");
  chmod("a/script", 0755);
  CALL(mknod("a/null", S_IFCHR | 0666, makedev(1, 3)));
  CALL(mount("a", "b", NULL, MS_BIND, NULL));
  CALL(run_program("b/script"));
  CALL(mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOEXEC | MS_NODEV, NULL));
  show_mounts("restricted");
  CALL(run_program("b/script"));
  CALL(open("b/null", O_RDWR));
  CALL(open("b/script", O_WRONLY));
  CALL(mkdir("b/x", 0755));
  CALL(chmod("b/script", 0700));
  CALL(unlink("b/script"));
  CALL(truncate("b/script", 0));
  CALL(access("b/script", W_OK));
  CALL(access("b/script", X_OK));
  CALL(mkdir("a/x", 0755)); /* The other mount of the same files may be written. */
  CALL(rename("a/x", "b/y"));
  CALL(link("a/script", "b/z"));
  CALL(mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND, NULL));
  CALL(mkdir("b/z", 0755));
  DONE(open("b/null", O_RDWR));
  show_mounts("open again");
  int fd = open("b/script", O_WRONLY);
  CALL(mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
  close(fd);
  CALL(mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
  return 0;
}

/* unshare(2) of what clone shares: CLONE_FILES, CLONE_FS; combinations that are refused; CLONE_FS and CLONE_FILES children. */
#include "../check.h"
#include <sched.h>
static char stack[65536] __attribute__((aligned(16)));
static int changes(void *arg) {
  (void)arg;
  umask(0123);
  if (chdir("/")) return 1;
  return close(3);
}
static int separates(void *arg) {
  if (unshare(CLONE_FS | CLONE_FILES)) return 2;
  return changes(arg);
}
static void show(const char *who) {
  char path[4096];
  if (getcwd(path, sizeof path) == NULL) return;
  mode_t mask = umask(022);
  printf("%s: at / %d, mask %o, descriptor %d\n", who, strcmp(path, "/") == 0, mask, fcntl(3, F_GETFD));
}
static void child(const char *who, int (*body)(void *), int flags) {
  int status, fd = open("/dev/null", O_RDONLY);
  if (fd != 3) dup2(fd, 3);
  if (chdir("/tmp")) return;
  pid_t pid = clone(body, stack + sizeof stack, flags | SIGCHLD, NULL);
  waitpid(pid, &status, 0);
  show_status(who, status);
  show(who);
}
int main(void) {
  show("start");
  child("nothing", changes, 0);
  child("fs", changes, CLONE_FS);
  child("files", changes, CLONE_FILES);
  child("both", changes, CLONE_FS | CLONE_FILES);
  child("separated", separates, CLONE_FS | CLONE_FILES | CLONE_VM);
  CALL(unshare(0));
  CALL(unshare(CLONE_THREAD));
  CALL(unshare(CLONE_SIGHAND));
  CALL(unshare(CLONE_VM));
  CALL(unshare(CLONE_PARENT));
  CALL(unshare(CLONE_SYSVSEM));
  CALL(unshare(SIGCHLD));
  return 0;
}

/* cwd, root, exe and fd: where they lead, also when the name is gone. */
#include "proc.h"
#include <sys/socket.h>

static void show_link(const char *name) {
  char target[300];
  ssize_t n = readlink(name, target, sizeof target - 1);
  if (n < 0) {
    printf("%s: %s\n", name, strerrorname_np(errno));
    return;
  }
  target[n] = 0;
  char *last = strrchr(target, '/');
  if (last) printf("%s: .../%s\n", name, last + 1);
  else printf("%s: %.*s\n", name, (int)strcspn(target, "0123456789"), target);
}

int main(void) {
  int fds[2];
  mkdir("dir", 0755);
  int file = open("file", O_RDWR | O_CREAT, 0644);
  if (chdir("dir") || pipe(fds) || dup2(file, 20) < 0 || dup2(fds[0], 21) < 0) return 1;
  dup2(socket(AF_UNIX, SOCK_STREAM, 0), 22);
  dup2(syscall(SYS_eventfd2, 0, 0), 23);
  dup2(open("/dev/null", O_WRONLY), 24);
  show_link("/proc/self/cwd");
  show_link("/proc/self/exe");
  for (const char **name = (const char *[]){"20", "21", "22", "23", "24", "99", "x", "020", NULL}; *name; name++) {
    char path[40];
    struct stat st;
    snprintf(path, sizeof path, "/proc/self/fd/%s", *name);
    show_link(path);
    if (lstat(path, &st) == 0) printf("  %o\n", st.st_mode);
  }
  unlink("../file");
  rmdir("../dir");
  show_link("/proc/self/fd/20");
  show_link("/proc/self/cwd");
  int again = DONE(open("/proc/self/fd/20", O_RDONLY));
  close(again);
  CALL(open("/proc/self/fd/22", O_RDONLY));
  CALL(chdir("/proc/self/cwd"));
  CALL(readlink("/proc/self/fd", (char[10]){0}, 10));
  return 0;
}

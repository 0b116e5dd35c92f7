/* execveat(2), fexecve(3), memfd. */
#include "../check.h"

static int file;
static char *args[] = {"x", "child", NULL};

static void by_fd(void) { CALL(syscall(SYS_execveat, file, "", args, NULL, AT_EMPTY_PATH)); }
static void refusals(void) {
  CALL(syscall(SYS_execveat, -1, "x", args, NULL, 0));
  CALL(syscall(SYS_execveat, file, "", args, NULL, 0));
  CALL(syscall(SYS_execveat, file, "", args, NULL, 77));
  CALL(syscall(SYS_execveat, file, "x", args, NULL, 0));
  CALL(symlink("/proc/self/exe", "link"));
  CALL(syscall(SYS_execveat, AT_FDCWD, "link", args, NULL, AT_SYMLINK_NOFOLLOW));
}
static void memory_file(void) {
  static char bytes[1 << 21];
  int fd = memfd_create("copy", 0);
  ssize_t n = pread(file, bytes, sizeof bytes, 0);
  if (write(fd, bytes, n) != n) perror("write");
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  execv(path, args);
  printf("%s\n", strerrorname_np(errno));
}
static void script(void) {
  put("script", "#!/bin/echo\n");
  chmod("script", 0755);
  int fd = open("script", O_RDONLY | O_CLOEXEC);
  CALL(syscall(SYS_execveat, fd, "", args, NULL, AT_EMPTY_PATH));
  DONE(fcntl(fd, F_GETFD));
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("replaced: %s\n", argv[1]);
    return 5;
  }
  file = open("/proc/self/exe", O_RDONLY);
  run("by descriptor", by_fd);
  run("refusals", refusals);
  run("memfd", memory_file);
  run("script by a descriptor that closes", script);
  return 0;
}

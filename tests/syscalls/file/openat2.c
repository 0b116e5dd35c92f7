/* openat2(2). */
#include "../check.h"
#include <linux/openat2.h>

static long attempt(const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct open_how how = {flags, mode, resolve};
  int fd = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
  if (fd < 0) return -1;
  close(fd);
  return 0;
}

int main(void) {
  put("file", "x");
  mkdir("d", 0755);
  if (symlink("file", "link") || symlink("../file", "d/up") || symlink("/etc/passwd", "abs")) return 1;
  CALL(attempt("file", O_RDONLY, 0, 0));
  CALL(attempt("file", O_RDONLY, 0600, 0));
  CALL(attempt("file", 1UL << 40, 0, 0));
  CALL(attempt("file", O_RDONLY, 0, 0x1000));
  CALL(attempt("new", O_CREAT | O_WRONLY, 0600, 0));
  CALL(attempt("new2", O_CREAT | O_WRONLY, 0170000, 0));
  CALL(attempt("link", O_RDONLY, 0, RESOLVE_NO_SYMLINKS));
  CALL(attempt("link", O_RDONLY, 0, RESOLVE_BENEATH));
  CALL(attempt("abs", O_RDONLY, 0, RESOLVE_BENEATH));
  CALL(attempt("/etc/passwd", O_RDONLY, 0, RESOLVE_BENEATH));
  CALL(attempt("..", O_RDONLY, 0, RESOLVE_BENEATH));
  CALL(attempt("d/../file", O_RDONLY, 0, RESOLVE_BENEATH));
  CALL(attempt("d/up", O_RDONLY, 0, RESOLVE_BENEATH));
  CALL(attempt("/file", O_RDONLY, 0, RESOLVE_IN_ROOT));
  CALL(attempt("../../file", O_RDONLY, 0, RESOLVE_IN_ROOT));
  CALL(attempt("abs", O_RDONLY, 0, RESOLVE_IN_ROOT));
  CALL(attempt("/proc/self/exe", O_RDONLY, 0, RESOLVE_NO_MAGICLINKS));
  CALL(attempt("/proc/version", O_RDONLY, 0, RESOLVE_NO_XDEV));
  struct open_how how = {0};
  CALL(syscall(SYS_openat2, AT_FDCWD, "file", &how, 8));
  CALL(syscall(SYS_openat2, AT_FDCWD, "file", BAD, 24));
  CALL(syscall(SYS_openat2, AT_FDCWD, "file", &how, 5000));
  return 0;
}

/* openat2(2): each RESOLVE_* on each kind of step, and how the structure grows. */
#include "../files.h"
#include <linux/openat2.h>

static int dir;
static long attempt(const char *path, uint64_t flags, uint64_t resolve) {
  struct open_how how = {.flags = flags, .mode = flags & O_CREAT ? 0600 : 0, .resolve = resolve};
  int fd = syscall(SYS_openat2, dir, path, &how, sizeof how);
  if (fd < 0) return -1;
  close(fd);
  return 0;
}

static long sized(size_t size, int tail) {
  static char bytes[8192];
  memset(bytes, 0, sizeof bytes);
  if (tail) bytes[tail] = 1;
  return syscall(SYS_openat2, dir, "top/file", bytes, size) >= 0 ? 0 : -1;
}

static void each(const char *path, uint64_t flags) {
  static const struct { const char *name; uint64_t resolve; } kinds[] = {
      {"none", 0},
      {"no xdev", RESOLVE_NO_XDEV},
      {"no magic links", RESOLVE_NO_MAGICLINKS},
      {"no symlinks", RESOLVE_NO_SYMLINKS},
      {"beneath", RESOLVE_BENEATH},
      {"in root", RESOLVE_IN_ROOT},
  };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    errno = 0;
    long result = attempt(path, flags, kinds[i].resolve);
    printf("%s, %s: %s\n", path, kinds[i].name, result < 0 ? strerrorname_np(errno) : "ok");
  }
}

int main(void) {
  mkdir("top", 0755);
  put("top/file", "x");
  put("outside", "x");
  mkdir("top/sub", 0755);
  mkdir("top/mount", 0755);
  if (symlink("file", "top/to-file") || symlink("../file", "top/sub/up") ||
      symlink("../../outside", "top/sub/out") || symlink("/file", "top/absolute") ||
      symlink("sub", "top/to-sub") || symlink("new", "top/to-new"))
    return 1;
  dir = open("top", O_PATH);
  int file = openat(dir, "file", O_RDONLY);
  char fd_path[64];
  snprintf(fd_path, 64, "../../../../../../proc/self/fd/%d", file);
  each("file", O_RDONLY);
  each("sub/../file", O_RDONLY);
  each("sub/../../top/file", O_RDONLY);
  each("..", O_RDONLY);
  each(".", O_RDONLY);
  each("to-file", O_RDONLY);
  each("to-sub/up", O_RDONLY);
  each("sub/out", O_RDONLY);
  each("absolute", O_RDONLY);
  each("/file", O_RDONLY);
  each("/", O_RDONLY);
  each("to-new", O_CREAT | O_RDWR);
  each("to-file", O_PATH | O_NOFOLLOW);
  each("sub/made", O_CREAT | O_RDWR);
  each("../made", O_CREAT | O_RDWR);
  each("sub", O_TMPFILE | O_RDWR);
  dir = open("/", O_PATH);
  each("proc/self/status", O_RDONLY);
  each("proc/self/cwd", O_RDONLY);
  each("proc/self/exe", O_RDONLY);
  dir = open("/proc/self", O_PATH);
  each("cwd", O_RDONLY);
  each("cwd", O_PATH | O_NOFOLLOW);
  each("root/etc", O_RDONLY);
  dir = AT_FDCWD;
  CALL(attempt("top/file", O_PATH | O_RDWR, 0));
  CALL(attempt("top/file", O_PATH | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW, 0));
  CALL(attempt("top", O_PATH | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW, 0));
  CALL(attempt("top/file", O_RDONLY, RESOLVE_BENEATH | RESOLVE_IN_ROOT));
  CALL(attempt("x", O_CREAT | O_RDWR, RESOLVE_CACHED));
  CALL(attempt("outside/x", O_RDONLY, RESOLVE_CACHED));
  CALL(attempt("outside/x/y", O_RDONLY, RESOLVE_CACHED));
  CALL(attempt("top", O_TMPFILE | O_RDWR, RESOLVE_CACHED));
  CALL(attempt("top/file", O_TRUNC | O_RDWR, RESOLVE_CACHED));
  CALL(attempt("x", O_CREAT | O_DIRECTORY | O_RDWR, RESOLVE_CACHED));
  CALL(attempt("top", O_TMPFILE | O_RDONLY, RESOLVE_CACHED));
  CALL(attempt("top", (O_TMPFILE & ~O_DIRECTORY) | O_RDWR, RESOLVE_CACHED));
  CALL(sized(0, 0));
  CALL(sized(23, 0));
  CALL(sized(24, 0));
  CALL(sized(25, 0));
  CALL(sized(25, 24));
  CALL(sized(4096, 0));
  CALL(sized(4096, 4095));
  CALL(sized(4097, 0));
  /* That a folder may not be searched is not found out without waiting; that a file may not be read is. */
  chmod(".", 0755);
  mkdir("top/closed", 0700);
  put("top/closed/file", "x");
  chmod("top/file", 0600);
  if (setresuid(1000, 1000, 1000)) return 2;
  CALL(attempt("top/closed/file", O_PATH, 0));
  CALL(attempt("top/closed/file", O_PATH, RESOLVE_CACHED));
  CALL(attempt("top/closed/none", O_RDONLY, RESOLVE_CACHED));
  CALL(attempt("top/closed/none/more", O_RDONLY, RESOLVE_CACHED));
  CALL(attempt("top/closed", O_PATH, RESOLVE_CACHED));
  CALL(attempt("top/closed", O_RDONLY, RESOLVE_CACHED));
  CALL(attempt("top/file", O_RDONLY, RESOLVE_CACHED));
  return 0;
}

/* Structures that are longer than the kernel knows, where memory ends: what is beyond is looked at word by word, before the rest. */
#include "../check.h"

static char *end; /* Nothing is there. */

static long openat2_with(char *at, size_t size) { return syscall(SYS_openat2, AT_FDCWD, "file", at, size); }
static long clone3_with(char *at, size_t size) { return syscall(SYS_clone3, at, size); }
static long mount_setattr_with(char *at, size_t size) { return syscall(SYS_mount_setattr, AT_FDCWD, "", 0, at, size); }
static long sched_setattr_with(char *at, size_t size) {
  *(uint32_t *)at = size;
  return syscall(SYS_sched_setattr, 0, at, 0);
}

/* `known` bytes that every kernel knows, and `more` readable ones behind them, of a structure of 4096. */
static void check(const char *name, long (*call)(char *, size_t), size_t known) {
  char *at = end - known - 256;
  printf("%s\n", name);
  memset(end - 4096, 0, 4096);
  CALL(call(at, 4096));
  at[known + 200] = 1;
  CALL(call(at, 4096));
  at[known + 200] = 0, end[-1] = 1;
  CALL(call(at, 4096));
  memset(end - 4096, 0xff, 4096);
  CALL(call(at, 4096));
  CALL(call(at, 4097));
  memset(end - 4096, 0, 4096);
  CALL(call(end - 8, 4096));
}

int main(void) {
  char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  end = pages + 4096;
  munmap(end, 4096);
  put("file", "x");
  check("openat2", openat2_with, 24);
  check("clone3", clone3_with, 128);
  check("mount_setattr", mount_setattr_with, 64);
  check("sched_setattr", sched_setattr_with, 96);
  return 0;
}

/* Arguments at the edge: lengths that wrap, empty names, a signal stack without end, names that are known already. */
#include "../check.h"
#include <linux/openat2.h>

static void handler(int signo) { printf("handler %d\n", signo); }

static void show_stack(const char *when) {
  stack_t old;
  CALL(sigaltstack(NULL, &old));
  printf("%s: flags %x size %lx\n", when, old.ss_flags, (unsigned long)old.ss_size);
}

int main(void) {
  int a = open("a", O_RDWR | O_CREAT | O_TRUNC, 0600), b = open("b", O_RDWR | O_CREAT | O_TRUNC, 0600);
  CALL(write(a, "0123456789", 10));
  loff_t in = 10, out = 0;
  CALL(copy_file_range(a, &in, b, &out, (size_t)-1, 0));
  in = 0;
  CALL(copy_file_range(a, &in, b, &out, (size_t)-1, 0));

  CALL(openat(-1, "", O_RDONLY));
  CALL(openat(1000, "", O_RDONLY | O_NOFOLLOW));
  CALL(openat(1000, "a", O_RDONLY));

  struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_CACHED };
  int root = syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof how);
  printf("openat2 of the root %s\n", root >= 0 ? "succeeds" : "fails");
  int known = syscall(SYS_openat2, AT_FDCWD, "a", &how, sizeof how);
  printf("openat2 of a known name %s\n", known >= 0 ? "succeeds" : "fails");
  CALL(syscall(SYS_openat2, AT_FDCWD, "never-looked-at", &how, sizeof how));

  stack_t stack = { .ss_sp = NULL, .ss_flags = (int)(1u << 31), .ss_size = (size_t)-1 };
  CALL(sigaltstack(&stack, NULL));
  show_stack("before");
  signal(SIGUSR1, handler);
  raise(SIGUSR1);
  show_stack("after");
  return 0;
}

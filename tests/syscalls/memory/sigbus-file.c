/* SIGBUS: pages of a mapping beyond the end of its file, in all ways to get there. */
#include "../check.h"
#include <setjmp.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

static sigjmp_buf env;
static char *base;
static void caught(int signo, siginfo_t *info, void *context) {
  (void)context;
  printf("%s code %d at %ld\n", sigabbrev_np(signo), info->si_code, (long)((char *)info->si_addr - base));
  siglongjmp(env, 1);
}
static void look(const char *title, char *p, long at, int write) {
  base = p;
  printf("%s: ", title);
  if (sigsetjmp(env, 1)) return;
  if (write) ((volatile char *)p)[at] = 'w';
  printf("%d\n", ((volatile char *)p)[at]);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO};
  sigaction(SIGBUS, &action, NULL);
  sigaction(SIGSEGV, &action, NULL);
  int fd = open("file", O_RDWR | O_CREAT, 0600), other = open("other", O_RDWR | O_CREAT, 0600);
  CALL(pwrite(fd, "hello", 5, P));
  char *s = mmap(NULL, 4 * P, RW, MAP_SHARED, fd, 0), *v = mmap(NULL, 4 * P, RW, MAP_PRIVATE, fd, 0);
  char *r = mmap(NULL, 4 * P, PROT_READ, MAP_SHARED, fd, 0), *far = mmap(NULL, P, RW, MAP_SHARED, fd, 64 * P);
  look("last byte", s, P + 4, 0);
  look("after it", s, P + 5, 1);
  look("last of the page", v, 2 * P - 1, 1);
  look("next page, read", s, 2 * P + 7, 0);
  look("next page, write", s, 2 * P + 7, 1);
  look("private, read", v, 3 * P, 0);
  look("private, write", v, 3 * P, 1);
  look("read-only, read", r, 3 * P + 1, 0);
  look("read-only, write", r, 3 * P + 2, 1);
  look("read-only, write within", r, 2, 1);
  look("mapped beyond the end", far, 8, 0);
  CALL(write(other, s + 2 * P, 5));
  CALL(write(other, s + 2 * P - 3, 5));
  CALL(pread(other, v + 3 * P, 3, 0));
  CALL(pread(other, v + 2 * P - 2, 3, 0));
  CALL(ftruncate(fd, 0));
  look("truncated, shared", s, P, 0);
  look("truncated, private", v, P, 0);
  look("truncated, written private", v, 2 * P - 1, 0);
  CALL(ftruncate(fd, 100 * P));
  look("grown", s, P, 0);
  look("grown, far", far, 8, 1);
  look("grown, private", v, 3 * P, 1);
  CALL(ftruncate(fd, 3 * P + 10));
  look("cut in this page", v, 3 * P, 0);
  look("cut in this page, shared", s, 3 * P, 1);
  close(fd);
  fd = open("file", O_RDWR | O_TRUNC);
  look("opened with O_TRUNC", s, 0, 0);
  return 0;
}

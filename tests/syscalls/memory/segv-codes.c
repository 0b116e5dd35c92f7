/* SIGSEGV: code and address of every kind of bad access, by the program and by the kernel for it. */
#include "../check.h"
#include <setjmp.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static sigjmp_buf env;
static char *base;
static void caught(int signo, siginfo_t *info, void *context) {
  (void)context;
  long at = (char *)info->si_addr - base;
  if (at >= -P && at <= 8 * P) printf("%s code %d at %ld\n", sigabbrev_np(signo), info->si_code, at);
  else printf("%s code %d at address %p\n", sigabbrev_np(signo), info->si_code, info->si_addr);
  siglongjmp(env, 1);
}
#define TRY(what, action)            \
  do {                               \
    printf("%s: ", what);            \
    if (sigsetjmp(env, 1) == 0) {    \
      action;                        \
      printf("ok\n");                \
    }                                \
  } while (0)

int main(void) {
  struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  char *p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  volatile char *v = p;
  base = p;
  mprotect(p + P, P, PROT_READ);
  mprotect(p + 2 * P, P, PROT_NONE);
  munmap(p + 3 * P, P);
  mprotect(p + 4 * P, P, PROT_WRITE);
  mprotect(p + 5 * P, P, PROT_EXEC);
  p[6 * P] = (char)0xc3;
  mprotect(p + 6 * P, P, PROT_READ | PROT_EXEC);
  p[7 * P] = (char)0xc3;
  TRY("write to what can be read", v[P + 5] = 1);
  TRY("read it", (void)v[P + 5]);
  TRY("read nothing allowed", (void)v[2 * P]);
  TRY("write nothing allowed", v[2 * P + 1] = 1);
  TRY("read a hole", (void)v[3 * P + 9]);
  TRY("write a hole", v[3 * P + 9] = 1);
  TRY("read what can be written", (void)v[4 * P]);
  TRY("run what can be run", ((void (*)(void))(p + 6 * P))());
  TRY("run data", ((void (*)(void))(p + 7 * P))());
  TRY("run a hole", ((void (*)(void))(p + 3 * P + 3))());
  TRY("run nothing allowed", ((void (*)(void))(p + 2 * P))());
  TRY("read over a border", (void)*(volatile long *)(p + 3 * P - 4 - P));
  TRY("write over a border", *(volatile long *)(p + P - 4) = 1);
  TRY("null", *(volatile char *)8 = 1);
  TRY("call null", ((void (*)(void))0)());
  TRY("not canonical", *(volatile char *)0x8000000000001000 = 1);
  TRY("the kernel's", (void)*(volatile char *)0xffffffff81000000);
  printf("%d\n", p[0]);
  return 0;
}

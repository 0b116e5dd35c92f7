/* RLIMIT_STACK: how far the stack grows, what a step far below does, and the signal's address. */
#include "../check.h"
#include <setjmp.h>
#include <sys/resource.h>

#define P 4096
#define KIB 1024L

static char *base;
static char other[64 * KIB];
static sigjmp_buf env;
static void caught(int signo, siginfo_t *info, void *context) {
  (void)context;
  long depth = base - (char *)info->si_addr;
  printf("%s code %d, %s\n", sigabbrev_np(signo), info->si_code,
         depth > 900 * KIB && depth < 1100 * KIB ? "about 1 MiB down" : depth < 900 * KIB ? "less" : "more");
  siglongjmp(env, 1);
}
static int deep(int n) {
  volatile char here[P];
  here[0] = n;
  return n == 0 ? 0 : deep(n - 1) + here[0];
}
static void prepare(void) {
  char here;
  base = &here;
  struct rlimit r = {1024 * KIB, RLIM_INFINITY};
  CALL(setrlimit(RLIMIT_STACK, &r));
  stack_t stack = {.ss_sp = other, .ss_size = sizeof other};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);
}
static void recursion(void) {
  prepare();
  if (sigsetjmp(env, 1) == 0) deep(1000);
  if (sigsetjmp(env, 1) == 0) deep(1000);
  deep(100);
  printf("shallow again\n");
}
static void far_within(void) {
  prepare();
  if (sigsetjmp(env, 1) == 0) {
    base[-512 * KIB] = 1;
    printf("within\n");
    base[-950 * KIB] = 1;
    printf("almost\n");
  }
  if (sigsetjmp(env, 1) == 0) base[-1030 * KIB] = 1;
  if (sigsetjmp(env, 1) == 0) base[-1300 * KIB] = 1;
}
static void no_other_stack(void) {
  prepare();
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  deep(1000);
}
static void unlimited(void) {
  prepare();
  struct rlimit r = {RLIM_INFINITY, RLIM_INFINITY};
  CALL(setrlimit(RLIMIT_STACK, &r));
  deep(3000);
  printf("12 MiB deep\n");
}
static void lower_later(void) {
  prepare();
  deep(200);
  struct rlimit r = {64 * KIB, RLIM_INFINITY};
  CALL(setrlimit(RLIMIT_STACK, &r));
  deep(200);
  printf("what has grown stays\n");
}

int main(void) {
  run("recursion", recursion);
  run("a step", far_within);
  run("no other stack", no_other_stack);
  run("unlimited", unlimited);
  run("lowered", lower_later);
  return 0;
}

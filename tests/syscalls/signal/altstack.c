/* sigaltstack(2). */
#include "../check.h"

static char stack[65536];
static void where(int signo) {
  (void)signo;
  char local;
  stack_t now;
  sigaltstack(NULL, &now);
  printf("on it %d, flags %d\n", &local >= stack && &local < stack + sizeof stack, now.ss_flags);
  stack_t other = {.ss_flags = SS_DISABLE};
  CALL(sigaltstack(&other, NULL));
}
static volatile int endless = 1;
static int recurse(int n) {
  volatile char block[4096];
  block[0] = n;
  return endless ? recurse(n + 1) + block[0] : 0;
}
static void overflow(int signo) {
  printf("%s on a stack of its own\n", sigabbrev_np(signo));
  _exit(3);
}
static void overflows(void) {
  on_signal(SIGSEGV, overflow, SA_ONSTACK);
  recurse(0);
}
static void overflows_unhandled(void) {
  on_signal(SIGSEGV, overflow, 0);
  recurse(0);
}

int main(void) {
  stack_t s = {.ss_flags = 99};
  CALL(sigaltstack(&s, NULL));
  s = (stack_t){.ss_sp = stack, .ss_size = 100};
  CALL(sigaltstack(&s, NULL));
  CALL(syscall(SYS_sigaltstack, BAD, NULL));
  CALL(syscall(SYS_sigaltstack, NULL, BAD));
  s.ss_size = sizeof stack;
  CALL(sigaltstack(&s, NULL));
  on_signal(SIGUSR1, where, SA_ONSTACK);
  raise(SIGUSR1);
  on_signal(SIGUSR1, where, 0);
  raise(SIGUSR1);
  CALL(sigaltstack(&s, NULL));
  run("stack overflow", overflows);
  run("stack overflow without", overflows_unhandled);
  s.ss_flags = SS_DISABLE;
  CALL(sigaltstack(&s, NULL));
  CALL(sigaltstack(NULL, &s));
  printf("%d %ld\n", s.ss_flags, (long)s.ss_size);
  return 0;
}

/* sigaltstack(2) keeps a size of 2^64 - 1, also over a handler that takes the stack away (SS_AUTODISARM). */
#include "../check.h"

static void show(const char *when) {
  stack_t now;
  sigaltstack(NULL, &now);
  printf("%s: %#x %ld\n", when, now.ss_flags, (long)now.ss_size);
}
static void handler(int signo) {
  (void)signo;
  show("in the handler");
}

int main(void) {
  struct sigaction action = {.sa_handler = handler};
  stack_t stack = {.ss_sp = (void *)0x10000, .ss_size = -1, .ss_flags = (int)(1u << 31)};
  sigaction(SIGUSR1, &action, NULL);
  CALL(sigaltstack(&stack, NULL));
  show("set");
  raise(SIGUSR1);
  show("after it");
  CALL(syscall(SYS_rt_sigaction, -1, BAD, NULL, 8));
  CALL(syscall(SYS_rt_sigaction, -1, NULL, NULL, 8));
  CALL(syscall(SYS_rt_sigaction, SIGKILL, BAD, NULL, 8));
  CALL(syscall(SYS_rt_sigaction, SIGUSR1, BAD, NULL, 7));
  return 0;
}

/* A handler without SA_RESTORER, or whose frame cannot be written, ends in SIGSEGV. */
#include "../check.h"
struct kernel_sigaction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)(void);
  unsigned long mask;
};
static void handler(int signo) { (void)signo; _exit(1); }
static void no_restorer(void) {
  struct kernel_sigaction action = {.handler = handler};
  CALL(syscall(SYS_rt_sigaction, SIGUSR1, &action, NULL, 8));
  raise(SIGUSR1);
}
static void bad_stack(void) {
  on_signal(SIGUSR1, handler, 0);
  long pid = getpid();
  __asm__ volatile("mov $16, %%rsp\n syscall\n ud2" : : "a"((long)SYS_kill), "D"(pid), "S"((long)SIGUSR1)
                   : "rcx", "r11", "memory");
}
static char stack[65536] __attribute__((aligned(16)));
static void segv(int signo) { printf("%s on the other stack\n", sigabbrev_np(signo)); _exit(5); }
static void bad_stack_caught(void) {
  stack_t s = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&s, NULL);
  on_signal(SIGSEGV, segv, SA_ONSTACK);
  bad_stack();
}
static void bad_handler(void) {
  on_signal(SIGUSR1, (void (*)(int))0x10, 0);
  raise(SIGUSR1);
}
static void blocked_fault(void) {
  sigset_t all;
  sigfillset(&all);
  on_signal(SIGSEGV, segv, 0);
  sigprocmask(SIG_SETMASK, &all, NULL);
  *(volatile int *)BAD = 1;
}
static void ignored_fault(void) {
  signal(SIGSEGV, SIG_IGN);
  *(volatile int *)BAD = 1;
}
static void sent_and_ignored(void) {
  signal(SIGSEGV, SIG_IGN);
  raise(SIGSEGV);
}
int main(void) {
  run("no restorer", no_restorer);
  run("bad stack", bad_stack);
  run("bad stack, SIGSEGV caught", bad_stack_caught);
  run("bad handler", bad_handler);
  run("blocked", blocked_fault);
  run("ignored", ignored_fault);
  run("sent and ignored", sent_and_ignored);
  return 0;
}

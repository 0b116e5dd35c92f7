/* SECCOMP_RET_TRAP: SIGSYS with the call in siginfo; the handler may give it a result. */
#include "filter.h"
#include <ucontext.h>
static void handler(int signo, siginfo_t *info, void *raw) {
  ucontext_t *context = raw;
  greg_t *r = context->uc_mcontext.gregs;
  printf("%s code %d errno %d nr %d arch %x rax is nr %d addr is rip %d rdi %lld\n", sigabbrev_np(signo), info->si_code,
         info->si_errno, info->si_syscall, info->si_arch, r[REG_RAX] == info->si_syscall,
         info->si_call_addr == (void *)r[REG_RIP], r[REG_RDI]);
  r[REG_RAX] = 1234;
}
static void caught(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGSYS, &action, NULL);
  CALL(on_call(SYS_getpriority, SECCOMP_RET_TRAP | 77));
  CALL(syscall(SYS_getpriority, 5, 6));
}
static void uncaught(void) {
  CALL(on_call(SYS_getppid, SECCOMP_RET_TRAP));
  getppid();
}
static void blocked(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGSYS, &action, NULL);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  CALL(on_call(SYS_getppid, SECCOMP_RET_TRAP));
  getppid();
}
int main(void) {
  run("caught", caught);
  run("uncaught", uncaught);
  run("blocked", blocked);
  return 0;
}

/* The floating-point state is in the frame: a handler starts with what was, may change it, and it comes back. */
#include "../check.h"
#include <fenv.h>
#include <ucontext.h>

static volatile double x = 1, three = 3;
static void changes(int signo, siginfo_t *info, void *raw) {
  (void)signo, (void)info;
  ucontext_t *context = raw;
  printf("in handler: rounding %x mxcsr %x cw %x\n", fegetround(),
         context->uc_mcontext.fpregs->mxcsr & 0x7f80, context->uc_mcontext.fpregs->cwd);
  fesetround(FE_UPWARD);
  feclearexcept(FE_ALL_EXCEPT);
}
static void edits(int signo, siginfo_t *info, void *raw) {
  (void)signo, (void)info;
  ucontext_t *context = raw;
  context->uc_mcontext.fpregs->mxcsr = (context->uc_mcontext.fpregs->mxcsr & ~0x6000) | 0x2000;
  context->uc_mcontext.fpregs->_xmm[3].element[0] = 0x12345678;
}
int main(void) {
  struct sigaction action = {.sa_sigaction = changes, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  fesetround(FE_TOWARDZERO);
  x = x / three;
  raise(SIGUSR1);
  printf("after: rounding %x inexact %d\n", fegetround(), fetestexcept(FE_INEXACT) != 0);
  fesetround(FE_TONEAREST);
  action.sa_sigaction = edits;
  sigaction(SIGILL, &action, NULL);
  struct sigaction skip;
  (void)skip;
  unsigned low = 0;
  action.sa_sigaction = edits;
  sigaction(SIGUSR2, &action, NULL);
  long pid = getpid();
  __asm__ volatile("pxor %%xmm3, %%xmm3\n syscall\n movd %%xmm3, %1"
                   : "+a"((long){SYS_kill}), "=r"(low) : "D"(pid), "S"((long)SIGUSR2)
                   : "rcx", "r11", "memory", "xmm3");
  unsigned mxcsr;
  __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
  printf("xmm3 %x rounding bits %x\n", low, mxcsr & 0x6000);
  return 0;
}

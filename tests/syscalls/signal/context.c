/* A handler may change the registers that its return brings back; floating point survives it. */
#include "../check.h"
#include <ucontext.h>

static volatile double noise = 3.25;
static void skip(int signo, siginfo_t *info, void *raw) {
  (void)signo, (void)info;
  ucontext_t *context = raw;
  context->uc_mcontext.gregs[REG_RIP] += 2; /* ud2 */
  context->uc_mcontext.gregs[REG_RAX] = 77;
  noise = noise * noise;
}
static void mask(int signo, siginfo_t *info, void *raw) {
  (void)signo, (void)info;
  ucontext_t *context = raw;
  sigaddset(&context->uc_sigmask, SIGHUP);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = skip, .sa_flags = SA_SIGINFO};
  sigaction(SIGILL, &action, NULL);
  long rax = 1;
  double x = 1.5;
  __asm__ volatile("ud2" : "+a"(rax), "+x"(x));
  printf("rax %ld x %g\n", rax, x);
  action.sa_sigaction = mask;
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  printf("HUP blocked after return %d\n", sigismember(&now, SIGHUP));
  return 0;
}

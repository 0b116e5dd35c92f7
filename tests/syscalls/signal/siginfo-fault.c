/* trapno, err and cr2 in the frame of a processor's signal; si_addr_lsb and the rest of siginfo. */
#include "../check.h"
#include <setjmp.h>
#include <ucontext.h>

static sigjmp_buf back;
static char *page;
static void fault(int signo, siginfo_t *info, void *raw) {
  ucontext_t *context = raw;
  greg_t *r = context->uc_mcontext.gregs;
  long offset = (char *)r[REG_CR2] - page;
  printf("%s code %d errno %d trapno %lld err %lld", sigabbrev_np(signo), info->si_code,
         info->si_errno, r[REG_TRAPNO], r[REG_ERR]);
  if (signo == SIGSEGV && r[REG_TRAPNO] == 14) printf(" cr2 page + %ld", offset);
  printf(" fpregs %d\n", context->uc_mcontext.fpregs != NULL);
  siglongjmp(back, 1);
}
#define TRY(x) do { printf("%s: ", #x); if (!sigsetjmp(back, 1)) { x; printf("fine\n"); } } while (0)

int main(void) {
  struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
  for (int i = 1; i < 32; i++)
    if (i == SIGSEGV || i == SIGBUS || i == SIGFPE || i == SIGILL || i == SIGTRAP) sigaction(i, &action, NULL);
  page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  volatile char *p = page;
  volatile int zero = 0, result;
  p[0] = 1;
  mprotect(page, 4096, PROT_READ);
  TRY(p[5] = 1);
  mprotect(page, 4096, PROT_NONE);
  TRY(p[6] = 1);
  TRY(result = p[6]);
  mprotect(page + 4096, 4096, PROT_READ);
  TRY(p[4096] = 1); /* Never touched, so not present. */
  munmap(page, 4096);
  TRY(p[7] = 1);
  TRY(result = p[7]);
  TRY(((void (*)(void))page)());
  TRY(result = 1 / zero);
  TRY(__asm__ volatile("ud2"));
  TRY(__asm__ volatile("int3"));
  TRY(__asm__ volatile(".byte 0xf1"));
  TRY(__asm__ volatile("hlt"));
  (void)result;
  return 0;
}

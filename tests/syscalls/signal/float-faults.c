/* SIGFPE from x87 with unmasked exceptions: its code says which. */
#include "../check.h"
#include <fenv.h>
#include <setjmp.h>

static sigjmp_buf back;
static void fault(int signo, siginfo_t *info, void *raw) {
  (void)raw;
  printf("%s code %d\n", sigabbrev_np(signo), info->si_code);
  siglongjmp(back, 1);
}
static volatile double out;
static volatile long double lone = 1, lzero = 0, lhuge = 1e300L, lout;
#define TRY(mask, x) do { \
    printf("%s, %s: ", #mask, #x); \
    if (!sigsetjmp(back, 1)) { feclearexcept(FE_ALL_EXCEPT); feenableexcept(mask); x; lout = lout + 0; \
      printf("fine\n"); } \
    fedisableexcept(FE_ALL_EXCEPT); feclearexcept(FE_ALL_EXCEPT); } while (0)

int main(void) {
  struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGFPE, &action, NULL);
  TRY(FE_DIVBYZERO, lout = lone / lzero);
  TRY(FE_INVALID, lout = lzero / lzero);
  TRY(FE_INEXACT, lout = lone / 3);
  TRY(FE_OVERFLOW, out = lhuge * lhuge; lout = out);
  TRY(FE_DIVBYZERO, lout = lzero / lone);
  return 0;
}

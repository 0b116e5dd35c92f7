/* Signals of the processor's own: code and address. */
#include "../check.h"
#include <setjmp.h>

static sigjmp_buf back;
static volatile char *page;
static void fault(int signo, siginfo_t *info, void *context) {
  (void)context;
  char *addr = info->si_addr;
  long offset = addr - (char *)page;
  printf("%s code %d", sigabbrev_np(signo), info->si_code);
  if (signo == SIGSEGV || signo == SIGBUS) {
    if (offset >= 0 && offset < 65536) printf(" at page + %ld", offset);
    else printf(" at %p", (void *)addr);
  }
  printf("\n");
  siglongjmp(back, 1);
}
#define TRY(x) do { printf("%s: ", #x); if (!sigsetjmp(back, 1)) { x; printf("fine\n"); } } while (0)

int main(void) {
  struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
  for (int i = 1; i < 32; i++)
    if (i == SIGSEGV || i == SIGBUS || i == SIGFPE || i == SIGILL || i == SIGTRAP) sigaction(i, &action, NULL);
  page = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  volatile int zero = 0, least = INT32_MIN, result;
  TRY(*(volatile int *)0x1234 = 1);
  TRY(result = *(volatile int *)0x1234);
  mprotect((void *)page, 4096, PROT_READ);
  TRY(page[7] = 1);
  TRY(result = page[7]);
  mprotect((void *)page, 4096, PROT_NONE);
  TRY(result = page[9]);
  munmap((void *)(page + 4096), 4096);
  TRY(page[4097] = 1);
  TRY(result = 1 / zero);
  zero = -1;
  TRY(result = least / zero);
  TRY(__asm__ volatile("ud2"));
  TRY(__asm__ volatile("int3"));
  TRY(__asm__ volatile("hlt"));
  TRY(*(volatile char *)(1UL << 63) = 1);
  TRY(((void (*)(void))(page + 8192))());
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  if (ftruncate(fd, 10)) return 1;
  page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  TRY(page[4095] = 1);
  TRY(page[4096] = 1);
  (void)result;
  return 0;
}

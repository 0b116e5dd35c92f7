/* rt_sigreturn(2) with a frame that is no frame; flags and registers that a frame may and may not set. */
#include "../check.h"
#include <ucontext.h>
static void without_frame(void) {
  __asm__ volatile("mov $4096, %%rsp\n syscall" : : "a"(15L) : "rcx", "r11", "memory");
}
static void wild_rip(int signo, siginfo_t *info, void *raw) {
  (void)signo, (void)info;
  ((ucontext_t *)raw)->uc_mcontext.gregs[REG_RIP] = 0x10;
}
static void wild(void) {
  struct sigaction action = {.sa_sigaction = wild_rip, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
}
static void non_canonical(int signo, siginfo_t *info, void *raw) {
  (void)signo, (void)info;
  ((ucontext_t *)raw)->uc_mcontext.gregs[REG_RIP] = 0x1234567890abcdef;
}
static void canonical(void) {
  struct sigaction action = {.sa_sigaction = non_canonical, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
}
static void flags(int signo, siginfo_t *info, void *raw) {
  (void)signo, (void)info;
  ((ucontext_t *)raw)->uc_mcontext.gregs[REG_EFL] = 0x3000 | 0x200000 | 0x8d5 | 0x400;
}
int main(void) {
  run("no frame", without_frame);
  run("wild rip", wild);
  run("non-canonical rip", canonical);
  struct sigaction action = {.sa_sigaction = flags, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  long pid = getpid(), got, rax = SYS_kill;
  __asm__ volatile("syscall\n pushf\n pop %1\n cld" : "+a"(rax), "=r"(got) : "D"(pid), "S"((long)SIGUSR1)
                   : "rcx", "r11", "memory", "cc");
  printf("flags %lx\n", got & 0xcd5 & ~0x200L);
  return 0;
}

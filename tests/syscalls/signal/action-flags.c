/* Which flags rt_sigaction(2) keeps: others are dropped, so that a program can ask. */
#include "../check.h"
struct kernel_sigaction {
  void *handler;
  unsigned long flags;
  void *restorer;
  unsigned long mask;
};
int main(void) {
  struct kernel_sigaction set = {.handler = SIG_IGN, .flags = 0xffffffff, .mask = ~0UL}, now;
  CALL(syscall(SYS_rt_sigaction, SIGUSR1, &set, NULL, 8));
  CALL(syscall(SYS_rt_sigaction, SIGUSR1, NULL, &now, 8));
  printf("flags %lx mask %lx\n", now.flags, now.mask);
  set.flags = 0x400; /* SA_UNSUPPORTED */
  CALL(syscall(SYS_rt_sigaction, SIGUSR1, &set, &now, 8));
  CALL(syscall(SYS_rt_sigaction, SIGUSR1, NULL, &now, 8));
  printf("flags %lx\n", now.flags);
  CALL(syscall(SYS_rt_sigaction, SIGKILL, NULL, &now, 8));
  printf("handler %p\n", now.handler);
  return 0;
}

/* arch_prctl(2): fs and gs. */
#include "../check.h"
#include <asm/prctl.h>
static long where[2] = {11, 22};
int main(void) {
  unsigned long fs = 0, gs = 1;
  CALL(syscall(SYS_arch_prctl, ARCH_GET_FS, &fs));
  CALL(syscall(SYS_arch_prctl, ARCH_GET_GS, &gs));
  printf("fs %d gs %lu\n", fs != 0, gs);
  CALL(syscall(SYS_arch_prctl, ARCH_SET_GS, where));
  long value;
  __asm__ volatile("mov %%gs:8, %0" : "=r"(value));
  printf("%ld\n", value);
  CALL(syscall(SYS_arch_prctl, ARCH_GET_GS, &gs));
  printf("%d\n", gs == (unsigned long)where);
  pid_t pid = fork();
  if (pid == 0) {
    __asm__ volatile("mov %%gs:0, %0" : "=r"(value));
    _exit(value);
  }
  int status;
  waitpid(pid, &status, 0);
  show_status("child", status);
  CALL(syscall(SYS_arch_prctl, ARCH_GET_FS, BAD));
  CALL(syscall(SYS_arch_prctl, ARCH_SET_GS, 1UL << 47));
  CALL(syscall(SYS_arch_prctl, ARCH_SET_FS, -1L));
  CALL(syscall(SYS_arch_prctl, 0x9999, 0));
  return 0;
}

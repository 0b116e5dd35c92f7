/* capget(2), capset(2): the version is read before the rest of the header. */
#include "../check.h"

int main(void) {
  char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(p + 4096, 4096);
  unsigned *last = (void *)(p + 4092);
  unsigned data[6];
  static const unsigned versions[] = {0, 0x19980330, 0x20071026, 0x20080522};
  for (int i = 0; i < 4; i++) {
    *last = versions[i];
    CALL(syscall(SYS_capget, last, NULL));
    *last = versions[i];
    CALL(syscall(SYS_capget, last, data));
    printf("%x\n", *last);
    *last = versions[i];
    CALL(syscall(SYS_capset, last, data));
  }
  mprotect(p, 4096, PROT_READ);
  *(volatile unsigned *)last;
  CALL(syscall(SYS_capget, last, NULL));
  return 0;
}

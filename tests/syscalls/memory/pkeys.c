/* pkey_alloc(2), pkey_mprotect(2): without keys in the processor or with them, the same mistakes are mistakes. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  char *p = mmap(NULL, P, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CALL(syscall(SYS_pkey_alloc, 1, 0));
  CALL(syscall(SYS_pkey_alloc, 0, 8));
  CALL(syscall(SYS_pkey_free, 14));
  CALL(syscall(SYS_pkey_free, -1));
  CALL(syscall(SYS_pkey_mprotect, p, P, PROT_READ, -1));
  CALL(syscall(SYS_pkey_mprotect, p + 1, P, PROT_READ, -1));
  CALL(syscall(SYS_pkey_mprotect, p, P, PROT_READ, 14));
  CALL(syscall(SYS_pkey_mprotect, p, P, PROT_READ, 99));
  CALL(syscall(SYS_pkey_mprotect, p, P, RW, -1));
  return 0;
}

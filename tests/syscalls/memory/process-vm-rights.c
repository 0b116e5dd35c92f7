/* process_vm_readv(2) asks the mapping whether it may be read, process_vm_writev(2) whether it may be written. */
#include "../check.h"
#include <sys/uio.h>

#define P 4096

int main(void) {
  char bytes[2 * P] = {1};
  char *p = mmap(NULL, 3 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(p + 2 * P, P);
  struct iovec local = {bytes, 2 * P}, remote = {p, 2 * P}, none = {p, 0}, second = {p + P, P};
  static const int rights[] = {PROT_NONE, PROT_READ, PROT_WRITE, PROT_READ | PROT_WRITE};
  for (int i = 0; i < 4; i++) {
    mprotect(p + P, P, rights[i]);
    printf("second page %d\n", rights[i]);
    CALL(process_vm_readv(getpid(), &local, 1, &remote, 1, 0));
    CALL(process_vm_readv(getpid(), &local, 1, &second, 1, 0));
    CALL(process_vm_writev(getpid(), &local, 1, &second, 1, 0));
    CALL(process_vm_readv(getpid(), &local, 1, &none, 1, 0));
    /* Here the buffer of the caller itself: the processor can read what may be written. */
    struct iovec other = {bytes, P};
    CALL(process_vm_writev(getpid(), &second, 1, &other, 1, 0));
  }
  return 0;
}

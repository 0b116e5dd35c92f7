/* F_SEAL_WRITE and mappings: who keeps it from being set, and what F_SEAL_FUTURE_WRITE leaves. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  int fd = memfd_create("x", MFD_ALLOW_SEALING);
  CALL(ftruncate(fd, 4 * P));
  int ro = open("/proc/self/fd/3", O_RDONLY);
  char *p = mmap(NULL, 4 * P, RW, MAP_SHARED, fd, 0);
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  munmap(p, 2 * P);
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  if (fork() == 0) {
    munmap(p + 2 * P, 2 * P);
    CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    _exit(0);
  }
  wait(NULL);
  CALL(mprotect(p + 2 * P, 2 * P, PROT_READ));
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  CALL(mprotect(p + 2 * P, P, RW));
  p[2 * P] = 'x';
  char c = 0;
  CALL(pread(fd, &c, 1, 2 * P));
  printf("%c\n", c);
  CALL(pwrite(fd, "x", 1, 0));
  DONE(mmap(NULL, P, RW, MAP_SHARED, fd, 0));
  char *r = mmap(NULL, P, PROT_READ, MAP_SHARED, fd, 0);
  CALL(mprotect(r, P, RW));
  CALL(mremap(p + 2 * P, 0, P, MREMAP_MAYMOVE) != MAP_FAILED);
  munmap(p + 2 * P, 2 * P);
  char *only = mmap(NULL, P, PROT_READ, MAP_SHARED, ro, 0);
  CALL(only != MAP_FAILED);
  char *private = mmap(NULL, P, RW, MAP_PRIVATE, fd, 0);
  private[0] = 'p';
  CALL(pread(fd, &c, 1, 0));
  printf("%d\n", c);
  return 0;
}

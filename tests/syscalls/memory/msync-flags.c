/* msync(2): flags, holes, locked pages, files that are shared and private. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  char buffer[8] = "";
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CALL(ftruncate(fd, 4 * P));
  char *p = mmap(NULL, 8 * P, RW, MAP_SHARED, fd, 0);
  strcpy(p, "shared");
  CALL(msync(p, P, MS_SYNC));
  CALL(msync(p, P, MS_ASYNC));
  CALL(msync(p, P, MS_INVALIDATE));
  CALL(msync(p, P, MS_SYNC | MS_INVALIDATE));
  CALL(msync(p, P, MS_SYNC | MS_ASYNC));
  CALL(msync(p, P, 0));
  CALL(msync(p, P, 8));
  CALL(msync(p, 0, MS_SYNC));
  CALL(msync(p + 1, P, MS_SYNC));
  CALL(msync(p, 1, MS_SYNC));
  CALL(msync(p, -1, MS_SYNC));
  CALL(msync(p, -P, MS_SYNC));
  CALL(msync((void *)-P, P, MS_SYNC));
  CALL(msync(p, 8 * P, MS_SYNC));
  CALL(pread(fd, buffer, 7, 0));
  printf("%s %s\n", buffer, p);
  mlock(p + P, P);
  CALL(msync(p, 4 * P, MS_INVALIDATE));
  CALL(msync(p, 4 * P, MS_SYNC));
  munlock(p + P, P);
  munmap(p + 2 * P, P);
  CALL(msync(p, 4 * P, MS_ASYNC));
  CALL(msync(p + 2 * P, P, MS_SYNC));
  char *v = mmap(NULL, P, RW, MAP_PRIVATE, fd, 0);
  v[0] = 'S';
  CALL(msync(v, P, MS_SYNC));
  CALL(pread(fd, buffer, 7, 0));
  printf("%s\n", buffer);
  CALL(mprotect(p, P, PROT_NONE));
  CALL(msync(p, P, MS_SYNC));
  return 0;
}

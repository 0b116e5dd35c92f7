/* Lengths near 2^64: how mmap(2), mlock(2), msync(2), madvise(2), mprotect(2), mremap(2) round and add them up. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define FIXED (MREMAP_MAYMOVE | MREMAP_FIXED)
#define HALF (1UL << 63)

int main(void) {
  char *p = mmap((void *)0x20000000, 16 * P, RW, ANON | MAP_FIXED, -1, 0);
  char *shared = mmap((void *)0x21000000, 4 * P, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  munmap(p + 8 * P, P);

  DONE(mmap(NULL, -1, RW, ANON, -1, 0));
  DONE(mmap(NULL, -P, RW, ANON, -1, 0));
  DONE(mmap(p, -1, RW, ANON | MAP_FIXED, -1, 0));
  /* Without a file there is no offset, of a regular file it ends at 2^63, and a descriptor that is none comes first. */
  DONE(syscall(SYS_mmap, NULL, P, RW, ANON, -1, -P));
  DONE(syscall(SYS_mmap, NULL, P, RW, MAP_ANONYMOUS, -1, -P));
  int file = open("file", O_RDWR | O_CREAT, 0600);
  int folder = open(".", O_RDONLY);
  DONE(syscall(SYS_mmap, NULL, P, PROT_READ, MAP_SHARED, file, -P));
  DONE(syscall(SYS_mmap, NULL, P, PROT_READ, 0, file, -P));
  DONE(syscall(SYS_mmap, NULL, P, PROT_READ, MAP_SHARED, folder, -P));
  DONE(syscall(SYS_mmap, NULL, P, PROT_READ, MAP_SHARED, NO_FD, -P));

  CALL(mlock(p, -P));
  CALL(mlock(p + 5, -P));
  CALL(mlock(p + 5, -5));
  CALL(mlock(p + 5, -1));
  CALL(mlock(p, HALF));
  CALL(munlock(p, -P));
  CALL(munlock(p + 5, -P));
  CALL(munlock(p, -1));
  CALL(munlock(p, HALF));
  mprotect(p, P, PROT_NONE);
  CALL(mlock(p, 0));
  CALL(munlock(p, 0));
  CALL(mlock(p, P));
  munlock(p, P);
  mprotect(p, P, RW);

  CALL(msync(p, -1, MS_SYNC));
  CALL(msync(p, -P, MS_SYNC));
  mlock(p, P);
  CALL(msync(p, 0, MS_INVALIDATE));
  CALL(msync(p, P, MS_INVALIDATE));
  CALL(msync(p, HALF, MS_INVALIDATE));
  CALL(msync(p, -P, MS_INVALIDATE));
  munlock(p, P);

  CALL(madvise(p, -1, MADV_NORMAL));
  CALL(madvise(p, -P, MADV_NORMAL));
  CALL(madvise(p, 0, MADV_NORMAL));
  CALL(mprotect(p, -1, RW));
  CALL(mprotect(p, -P, RW));
  CALL(mprotect(p, HALF, RW));

  DONE(mremap(p, -1, P, 0));
  DONE(mremap(p, -P, P, 0));
  DONE(mremap(shared, -1, P, 0));
  DONE(mremap(p, HALF, P, 0));
  DONE(mremap(p, P, -P, 0));
  DONE(mremap(p, -P, P, FIXED, p + 12 * P));
  return 0;
}

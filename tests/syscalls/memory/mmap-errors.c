/* mmap(2), munmap(2), mprotect(2), msync(2): refusals. */
#include "../check.h"

#define P 4096
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  DONE(mmap(NULL, 0, RW, ANON, -1, 0));
  DONE(mmap(NULL, P, RW, 0, -1, 0));
  DONE(mmap(NULL, P, RW, MAP_ANONYMOUS, -1, 0));
  DONE(mmap(NULL, P, RW, MAP_PRIVATE, -1, 0));
  DONE(mmap(NULL, P, RW, MAP_PRIVATE, NO_FD, 0));
  DONE(mmap(NULL, P, RW, ANON, -1, 1));
  DONE(mmap((void *)1, P, RW, ANON | MAP_FIXED, -1, 0));
  DONE(mmap(NULL, P, RW, MAP_SHARED | ANON, -1, 0));
  DONE(mmap(NULL, -1, RW, ANON, -1, 0));
  DONE(mmap((void *)(1L << 47), P, RW, ANON | MAP_FIXED, -1, 0));
  char *p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  DONE(mmap(p, P, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0));
  CALL(munmap(p + 1, P));
  CALL(munmap(p, 0));
  CALL(munmap((void *)-P, 2 * P));
  CALL(mprotect(p + 1, P, RW));
  CALL(mprotect(p, 0, RW));
  CALL(mprotect(p, P, 0x100));
  CALL(mprotect(p, P, PROT_GROWSUP));
  CALL(mprotect(p, P, PROT_GROWSDOWN | RW));
  CALL(munmap(p + 3 * P, P));
  CALL(munmap(p + 3 * P, P));
  CALL(mprotect(p, 8 * P, RW));
  CALL(msync(p, 8 * P, MS_SYNC));
  CALL(msync(p, P, MS_SYNC | MS_ASYNC));
  CALL(msync(p + 1, P, MS_SYNC));
  CALL(msync(p, P, 128));
  put("file", "hello");
  int ro = open("file", O_RDONLY), wo = open("file", O_WRONLY), folder = open(".", O_RDONLY);
  int path = open(".", O_PATH), ends[2];
  if (pipe(ends)) return 1;
  DONE(mmap(NULL, P, RW, MAP_SHARED, ro, 0));
  char *shared = mmap(NULL, P, PROT_READ, MAP_SHARED, ro, 0);
  CALL(mprotect(shared, P, RW));
  DONE(mmap(NULL, P, RW, MAP_PRIVATE, ro, 0));
  DONE(mmap(NULL, P, PROT_WRITE, MAP_SHARED, wo, 0));
  DONE(mmap(NULL, P, PROT_READ, MAP_PRIVATE, wo, 0));
  DONE(mmap(NULL, P, PROT_READ, MAP_PRIVATE, folder, 0));
  DONE(mmap(NULL, P, PROT_READ, MAP_PRIVATE, path, 0));
  DONE(mmap(NULL, P, PROT_READ, MAP_PRIVATE, ends[0], 0));
  DONE(mmap(NULL, P, PROT_READ, MAP_SHARED_VALIDATE | 0x4000000, ro, 0));
  DONE(mmap((void *)0x10000000, P, PROT_READ, MAP_SHARED_VALIDATE | MAP_FIXED_NOREPLACE, ro, 0));
  DONE(mmap(NULL, P, PROT_READ, MAP_SHARED_VALIDATE, ro, 0));
  DONE(mmap(NULL, P, PROT_READ, MAP_PRIVATE, ro, ~0UL << 12));
  CALL(read(ro, BAD, 5));
  CALL(read(ro, (void *)-1, 5));
  CALL(write(wo, BAD, 5));
  return 0;
}

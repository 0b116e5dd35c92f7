/* MADV_REMOVE: a hole in the file below a shared mapping. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  char buffer[4] = "";
  int fd = memfd_create("x", MFD_ALLOW_SEALING), again = open("/proc/self/fd/3", O_RDONLY);
  CALL(ftruncate(fd, 8 * P));
  char *p = mmap(NULL, 8 * P, RW, MAP_SHARED, fd, 0), *r = mmap(NULL, 8 * P, PROT_READ, MAP_SHARED, again, 0);
  char *v = mmap(NULL, 8 * P, RW, MAP_PRIVATE, fd, 0);
  for (int i = 0; i < 8; i++) sprintf(p + i * P, "%d", i);
  strcpy(v + 3 * P, "v");
  struct stat st;
  fstat(fd, &st);
  printf("%ld blocks\n", (long)st.st_blocks);
  CALL(madvise(p + 2 * P, 3 * P, MADV_REMOVE));
  fstat(fd, &st);
  printf("%ld blocks, size %ld\n", (long)st.st_blocks, (long)st.st_size / P);
  printf("%s [%s] [%s] [%s] %s\n", p + P, p + 2 * P, r + 3 * P, p + 4 * P, r + 5 * P);
  CALL(pread(fd, buffer, 1, 3 * P));
  printf("%d [%s] [%s]\n", buffer[0], v + 3 * P, v + 2 * P);
  CALL(madvise(p + 1, P, MADV_REMOVE));
  CALL(madvise(r, P, MADV_REMOVE));
  CALL(madvise(v, P, MADV_REMOVE));
  CALL(mlock(p + 6 * P, P));
  CALL(madvise(p + 6 * P, P, MADV_REMOVE));
  CALL(munlock(p + 6 * P, P));
  char *a = mmap(NULL, 2 * P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  a[0] = a[P] = 5;
  CALL(madvise(a, P, MADV_REMOVE));
  printf("%d %d\n", a[0], a[P]);
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  CALL(madvise(p, P, MADV_REMOVE));
  munmap(p, 8 * P);
  DONE(mmap(NULL, P, RW, MAP_SHARED, fd, 0));
  return 0;
}

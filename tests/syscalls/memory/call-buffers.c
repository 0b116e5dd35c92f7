/* Buffers of system calls at the edge of what may be accessed: the first part is used, or nothing is. */
#include "../check.h"
#include <sys/uio.h>
#include <sys/utsname.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

int main(void) {
  char *p = mmap(NULL, 4 * P, RW, ANON, -1, 0), *end = p + 2 * P;
  munmap(end, P);
  mprotect(p + 3 * P, P, PROT_READ);
  put("file", "0123456789");
  int fd = open("file", O_RDWR), zero = open("/dev/zero", O_RDONLY);
  CALL(read(fd, end - 4, 10));
  printf("%.4s\n", end - 4);
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(read(fd, end, 4));
  CALL(read(fd, p + 3 * P, 4));
  CALL(pwrite(fd, end - 3, 10, 20));
  CALL(write(fd, end, 1));
  struct stat st;
  fstat(fd, &st);
  printf("%ld\n", (long)st.st_size);
  struct iovec iov[] = {{end - 2, 2}, {end, 2}, {p, 2}};
  CALL(preadv(fd, iov, 3, 0));
  CALL(preadv(fd, iov + 1, 2, 0));
  CALL(readv(fd, (struct iovec *)(end - 16), 2));
  CALL(read(zero, end - P - 5, 3 * P));
  CALL(fstat(fd, (struct stat *)(end - 8)));
  CALL(uname((struct utsname *)(end - 10)));
  strcpy(end - 5, "file");
  CALL(access(end - 5, F_OK));
  memcpy(end - 4, "file", 4);
  CALL(access(end - 4, F_OK));
  CALL(access(p + 3 * P, F_OK));
  CALL(pipe((int *)(end - 4)));
  CALL(open("file", O_RDONLY));
  CALL(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, (struct timespec *)(end - 8)));
  CALL(getcwd(end - 1, 100) == NULL);
  CALL(syscall(SYS_getcwd, end - 1, 100));
  mprotect(p, P, PROT_WRITE);
  CALL(write(fd, p, 4));
  mprotect(p, P, PROT_EXEC);
  CALL(pread(fd, p, 4, 0));
  mprotect(p, P, PROT_NONE);
  CALL(pwrite(fd, p, 4, 0));
  return 0;
}

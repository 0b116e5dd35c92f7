/* memfd_create(2) and seals. */
#include "../check.h"

int main(void) {
  char buffer[100];
  CALL(memfd_create("x", 0x1000));
  CALL(syscall(SYS_memfd_create, BAD, 0));
  int fd = memfd_create("name", MFD_ALLOW_SEALING | MFD_CLOEXEC);
  CALL(fcntl(fd, F_GETFD));
  CALL(write(fd, "hello", 5));
  snprintf(buffer, sizeof buffer, "/proc/self/fd/%d", fd);
  char target[100] = "";
  CALL(readlink(buffer, target, 99));
  printf("%s\n", target);
  CALL(fcntl(fd, F_GET_SEALS));
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  CALL(ftruncate(fd, 2));
  CALL(ftruncate(fd, 20));
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  CALL(ftruncate(fd, 40));
  CALL(pwrite(fd, "x", 1, 20));
  CALL(pwrite(fd, "x", 1, 19));
  char *p = mmap(NULL, 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  munmap(p, 20);
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL));
  CALL(write(fd, "x", 1));
  DONE(mmap(NULL, 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  DONE(mmap(NULL, 20, PROT_READ, MAP_SHARED, fd, 0));
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(fcntl(fd, F_GET_SEALS));
  int plain = memfd_create("plain", 0);
  CALL(fcntl(plain, F_ADD_SEALS, F_SEAL_GROW));
  return 0;
}

/* memfd_create(2): names, flags, and what kind of file it is. */
#include "../check.h"

#define MFD_NOEXEC_SEAL 8U
#define MFD_EXEC 16U

static void show(int fd) {
  char path[64], target[512] = "";
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  if (readlink(path, target, sizeof target - 1) < 0) perror("readlink");
  printf("%zu %.40s\n", strlen(target), target);
}

int main(void) {
  char name[300];
  memset(name, 'n', sizeof name);
  name[249] = 0;
  CALL(memfd_create(name, 0));
  show(3);
  name[249] = 'n';
  name[250] = 0;
  CALL(memfd_create(name, 0));
  CALL(memfd_create("", 0));
  show(4);
  CALL(memfd_create("a/b\nc", 0));
  show(5);
  CALL(syscall(SYS_memfd_create, NULL, 0));
  CALL(memfd_create("x", 0x20));
  CALL(memfd_create("x", 0x80000000));
  CALL(memfd_create("x", MFD_EXEC | MFD_NOEXEC_SEAL));
  int noexec = memfd_create("x", MFD_NOEXEC_SEAL), exec = memfd_create("x", MFD_EXEC | MFD_ALLOW_SEALING | MFD_CLOEXEC);
  struct stat st;
  CALL(fstat(noexec, &st));
  printf("%o %ld %ld\n", st.st_mode, (long)st.st_nlink, (long)st.st_size);
  CALL(fcntl(noexec, F_GET_SEALS));
  CALL(fchmod(noexec, 0755));
  CALL(fchmod(noexec, 0600));
  CALL(fstat(exec, &st));
  printf("%o\n", st.st_mode);
  CALL(fcntl(exec, F_GET_SEALS));
  CALL(fcntl(exec, F_GETFD));
  CALL(fcntl(exec, F_GETFL) & O_ACCMODE);
  CALL(fcntl(exec, F_ADD_SEALS, 0x20));
  CALL(fchmod(exec, 0600));
  CALL(fchmod(exec, 0711));
  CALL(lseek(exec, 10, SEEK_END));
  CALL(linkat(AT_FDCWD, "/proc/self/fd/3", AT_FDCWD, "linked", AT_SYMLINK_FOLLOW) == -1);
  return 0;
}

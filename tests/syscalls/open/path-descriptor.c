/* O_PATH: a place, and what cannot be done with it. */
#include "../files.h"
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

static void as_user(void) {
  become(1000, 1000);
  int fd = open("secret", O_PATH);
  CALL(fd >= 0);
  CALL(open("/proc/self/fd/3", O_RDONLY) >= 0);
  int dir = open("closed", O_PATH);
  CALL(dir >= 0);
  CALL(openat(dir, "x", O_RDONLY));
  CALL(fchdir(dir));
}

int main(void) {
  char buffer[64] = "", c;
  struct stat st;
  struct statfs fs;
  struct flock lock = {.l_type = F_RDLCK};
  put("file", "text");
  mkdir("d", 0755);
  put("d/x", "inner");
  if (symlink("file", "link")) return 1;
  int fd = open("file", O_PATH | O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC);
  CALL(fd);
  CALL(fcntl(fd, F_GETFL));
  CALL(fcntl(fd, F_GETFD));
  CALL(fcntl(fd, F_SETFL, O_APPEND));
  CALL(fcntl(fd, F_SETLK, &lock));
  CALL(fcntl(fd, F_GETSIG));
  CALL(flock(fd, LOCK_SH));
  CALL(read(fd, &c, 1));
  CALL(write(fd, "x", 1));
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(ftruncate(fd, 0));
  CALL(fsync(fd));
  CALL(fallocate(fd, 0, 0, 1));
  CALL(fchmod(fd, 0600));
  CALL(fchown(fd, 0, 0));
  CALL(futimens(fd, NULL));
  CALL(fgetxattr(fd, "user.a", buffer, 10));
  CALL(ioctl(fd, FIONREAD, buffer));
  DONE(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0));
  CALL(fstat(fd, &st));
  CALL(fstatfs(fd, &fs));
  CALL(fchmodat(fd, "", 0600, AT_EMPTY_PATH));
  CALL(fchownat(fd, "", 0, 0, AT_EMPTY_PATH));
  int copy = dup(fd);
  CALL(copy);
  int dir = open("d", O_PATH | O_DIRECTORY);
  CALL(openat(dir, "x", O_RDONLY) >= 0);
  CALL(syscall(SYS_getdents64, dir, buffer, 64));
  CALL(fchdir(dir));
  CALL(fchdir(fd));
  CALL(access("x", F_OK));
  CALL(chdir(".."));
  int link = open("link", O_PATH | O_NOFOLLOW);
  CALL(readlinkat(link, "", buffer, 64));
  printf("%s\n", buffer);
  CALL(readlinkat(fd, "", buffer, 64));
  CALL(fstatat(link, "", &st, AT_EMPTY_PATH));
  printf("%o\n", st.st_mode & S_IFMT);
  snprintf(buffer, 64, "/proc/self/fd/%d", link);
  CALL(open(buffer, O_RDONLY));
  snprintf(buffer, 64, "/proc/self/fd/%d", fd);
  CALL(open(buffer, O_RDWR) >= 0);
  CALL(open("d", O_PATH | O_WRONLY) >= 0);
  CALL(open("file", O_PATH | O_DIRECTORY));
  CALL(open("missing", O_PATH | O_CREAT, 0600));
  put("secret", "s");
  chmod("secret", 0);
  mkdir("closed", 0700);
  put("closed/x", "x");
  chmod(".", 0755);
  close_range(3, ~0U, 0);
  run("user", as_user);
  return 0;
}

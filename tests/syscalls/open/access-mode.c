/* The access modes, and the fourth one that opens for neither reading nor writing. */
#include "../files.h"
#include <sys/ioctl.h>

static void as_user(void) {
  become(1000, 1000);
  for (int mode = 0; mode < 4; mode++) {
    printf("mode %d: ", mode);
    CALL(open("reads", mode) >= 0);
    CALL(open("writes", mode) >= 0);
    CALL(open("both", mode) >= 0);
    CALL(open("none", mode) >= 0);
  }
}

int main(void) {
  char c;
  int n;
  struct flock r = {.l_type = F_RDLCK}, w = {.l_type = F_WRLCK};
  chmod(".", 0755);
  put("reads", "x");
  put("writes", "x");
  put("both", "x");
  put("none", "x");
  chmod("reads", 0744);
  chmod("writes", 0722);
  chmod("both", 0766);
  chmod("none", 0700);
  for (int mode = 0; mode < 4; mode++) {
    int fd = open("both", mode);
    printf("mode %d\n", mode);
    CALL(fcntl(fd, F_GETFL) & O_ACCMODE);
    CALL(read(fd, &c, 1));
    CALL(read(fd, &c, 0));
    CALL(write(fd, "x", 1));
    CALL(write(fd, "x", 0));
    CALL(pread(fd, &c, 1, 0));
    CALL(pwrite(fd, "x", 1, 0));
    CALL(ftruncate(fd, 1));
    CALL(fallocate(fd, 0, 0, 1));
    CALL(fcntl(fd, F_SETLK, &r));
    CALL(fcntl(fd, F_SETLK, &w));
    CALL(ioctl(fd, FIONREAD, &n));
    CALL(fsync(fd));
    CALL(lseek(fd, 0, SEEK_END));
    DONE(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0));
    DONE(mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
    DONE(mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    CALL(fchmod(fd, 0766));
    close(fd);
  }
  run("user", as_user);
  return 0;
}

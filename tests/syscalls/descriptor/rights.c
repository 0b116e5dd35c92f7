/* A descriptor keeps the rights that open(2) gave it, whatever becomes of the file and of the process. */
#include "../files.h"

static int fd, dir;
static void user(void) {
  char c;
  become(1000, 1000);
  CALL(read(fd, &c, 1));
  CALL(write(fd, "x", 1));
  CALL(ftruncate(fd, 1));
  CALL(fchmod(fd, 0777));
  CALL(fchown(fd, 1000, 1000));
  CALL(futimens(fd, NULL));
  CALL(futimens(fd, (struct timespec[]){{1, 0}, {2, 0}}));
  CALL(syscall(SYS_getdents64, dir, (char[500]){0}, 500) > 0);
  CALL(openat(dir, "inner", O_RDONLY));
  CALL(unlinkat(dir, "inner", 0));
  CALL(open("file", O_RDONLY));
  CALL(open("/proc/self/fd/3", O_RDWR));
}

int main(void) {
  char c;
  chmod(".", 0755);
  put("file", "text");
  mkdir("d", 0700);
  put("d/inner", "x");
  close_range(3, ~0U, 0);
  fd = open("file", O_RDWR);
  dir = open("d", O_RDONLY);
  chmod("file", 0);
  CALL(read(fd, &c, 1));
  run("user", user);
  int made = open("none", O_RDWR | O_CREAT | O_EXCL, 0);
  CALL(write(made, "x", 1));
  CALL(pread(made, &c, 1, 0));
  unlink("file");
  rename("d", "e");
  CALL(write(fd, "more", 4));
  CALL(lseek(fd, 0, SEEK_END));
  CALL(openat(dir, "inner", O_RDONLY) >= 0);
  show("e");
  return 0;
}

/* truncate(2) and ftruncate(2). */
#include "../files.h"

static void user(void) {
  become(1000, 1000);
  CALL(truncate("private", 0));
  CALL(truncate("readable", 0));
  CALL(truncate("closed/x", 0));
}

int main(void) {
  char bytes[10];
  struct stat st;
  struct timespec t[2] = {{1, 0}, {2, 0}};
  chmod(".", 0755);
  put("f", "0123456789");
  put("private", "x");
  chmod("private", 0600);
  put("readable", "x");
  mkdir("closed", 0700);
  mkdir("d", 0755);
  mkfifo("fifo", 0600);
  if (symlink("f", "s") || symlink("gone", "dangling")) return 1;
  run("user", user);
  CALL(truncate("s", 5));
  show("f");
  CALL(truncate("f", 8));
  int fd = open("f", O_RDWR);
  CALL(pread(fd, bytes, 10, 0));
  for (int i = 0; i < 8; i++) printf("%d ", bytes[i]);
  printf("\n");
  CALL(lseek(fd, 0, SEEK_END));
  CALL(ftruncate(fd, 3));
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(write(fd, "x", 1));
  show("f");
  utimensat(AT_FDCWD, "f", t, 0);
  CALL(truncate("f", 9));
  stat("f", &st);
  CALL(st.st_mtime != 2);
  utimensat(AT_FDCWD, "f", t, 0);
  CALL(ftruncate(fd, 9));
  stat("f", &st);
  CALL(st.st_mtime != 2);
  CALL(truncate("f", -1));
  CALL(truncate("d", 0));
  CALL(truncate("d", -1));
  CALL(truncate("fifo", 0));
  CALL(truncate("gone", 0));
  CALL(truncate("dangling", 0));
  CALL(truncate("f/", 0));
  CALL(truncate("f/x", 0));
  CALL(truncate("/dev/null", 0));
  CALL(truncate(BAD, 0));
  CALL(ftruncate(NO_FD, 0));
  CALL(ftruncate(open("f", O_RDONLY), 0));
  CALL(ftruncate(open("f", O_RDONLY), -1));
  CALL(ftruncate(open("f", O_PATH), 0));
  CALL(ftruncate(open("d", O_RDONLY), 0));
  CALL(ftruncate(open("fifo", O_RDWR), 0));
  CALL(ftruncate(open("/dev/null", O_RDWR), 0));
  CALL(ftruncate(fd, 1L << 40));
  show("f");
  CALL(pread(fd, bytes, 10, (1L << 40) - 5));
  return 0;
}

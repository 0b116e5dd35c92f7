/* /proc/self/fd/N: the same file opened again, by a link that needs no name. */
#include "../files.h"

static int again(int fd, int flags) {
  char path[64];
  snprintf(path, 64, "/proc/self/fd/%d", fd);
  return open(path, flags);
}

static void as_user(void) {
  become(1000, 1000);
  CALL(again(3, O_RDONLY) >= 0);
  CALL(again(3, O_RDWR));
}

int main(void) {
  char c = 0;
  int p[2];
  put("file", "text");
  chmod("file", 0644);
  close_range(3, ~0U, 0);
  int fd = open("file", O_RDONLY);
  chmod(".", 0700);
  run("user", as_user);
  unlink("file");
  int rw = again(fd, O_RDWR);
  CALL(rw >= 0);
  CALL(write(rw, "TE", 2));
  CALL(pread(fd, &c, 1, 0));
  printf("%c\n", c);
  CALL(lseek(fd, 0, SEEK_CUR)); /* A description of its own. */
  CALL(again(fd, O_RDWR | O_CREAT | O_EXCL));
  CALL(again(fd, O_RDONLY | O_NOFOLLOW));
  CALL(again(fd, O_RDONLY | O_DIRECTORY));
  CALL(again(fd, O_WRONLY | O_TRUNC) >= 0);
  CALL(lseek(fd, 0, SEEK_END));
  if (pipe(p)) return 1;
  int writer = again(p[0], O_WRONLY);
  CALL(write(writer, "p", 1));
  CALL(read(p[0], &c, 1));
  CALL(again(p[1], O_RDONLY) >= 0);
  CALL(again(NO_FD, O_RDONLY));
  mkdir("d", 0755);
  int dir = open("d", O_RDONLY);
  rmdir("d");
  CALL(again(dir, O_RDONLY) >= 0);
  CALL(openat(dir, "x", O_CREAT | O_RDWR, 0600));
  CALL(openat(dir, "..", O_RDONLY) >= 0);
  CALL(openat(dir, ".", O_RDONLY) >= 0);
  CALL(mkdirat(dir, "x", 0700));
  char buffer[100] = "", path[64];
  snprintf(path, 64, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(path, buffer, 99);
  printf("%s\n", n > 15 ? buffer + n - 15 : buffer);
  return 0;
}

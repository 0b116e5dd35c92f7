/* open(2), openat(2): flags and refusals. */
#include "../check.h"

int main(void) {
  put("file", "hello");
  CALL(mkdir("folder", 0755));
  CALL(symlink("file", "link"));
  CALL(symlink("nowhere", "dangling"));
  CALL(symlink("loop", "loop"));
  CALL(open("missing", O_RDONLY));
  CALL(open("", O_RDONLY));
  CALL(open(BAD, O_RDONLY));
  CALL(open("file/x", O_RDONLY));
  CALL(open("file/", O_RDONLY));
  CALL(open("folder", O_WRONLY));
  CALL(open("folder", O_RDWR));
  CALL(open("folder", O_CREAT, 0600));
  CALL(open("new/", O_CREAT | O_WRONLY, 0600));
  CALL(open("file", O_CREAT | O_EXCL | O_WRONLY, 0600));
  CALL(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0600));
  CALL(open("link", O_RDONLY | O_NOFOLLOW));
  CALL(open("file", O_RDONLY | O_DIRECTORY));
  CALL(open("loop", O_RDONLY));
  CALL(openat(NO_FD, "file", O_RDONLY));
  CALL(openat(NO_FD, "/etc/passwd", O_RDONLY) >= 0);
  int fd = open("file", O_RDONLY);
  CALL(openat(fd, "x", O_RDONLY));
  CALL(open("file", O_RDONLY | O_TMPFILE));
  CALL(open("folder", O_TMPFILE | O_RDONLY, 0600));
  int path = open("file", O_PATH);
  char c;
  CALL(read(path, &c, 1));
  CALL(fchmod(path, 0600));
  CALL(fcntl(path, F_GETFL));
  int link = open("link", O_PATH | O_NOFOLLOW);
  struct stat st;
  CALL(fstat(link, &st));
  printf("symlink %d\n", S_ISLNK(st.st_mode));
  fd = open("file", O_WRONLY | O_APPEND);
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(write(fd, "!", 1));
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(pwrite(fd, "?", 1, 0)); /* Appends as well: a bug that Linux keeps. */
  CALL(lseek(fd, 0, SEEK_END));
  CALL(read(fd, &c, 1));
  CALL(fcntl(fd, F_GETFL));
  fd = open("file", O_RDWR | O_TRUNC);
  CALL(lseek(fd, 0, SEEK_END));
  fd = open("dangling", O_CREAT | O_WRONLY, 0600);
  CALL(access("nowhere", F_OK));
  char long_name[300];
  memset(long_name, 'n', 299);
  long_name[299] = 0;
  CALL(open(long_name, O_RDONLY));
  static char long_path[5000];
  memset(long_path, '/', 4999);
  CALL(open(long_path, O_RDONLY));
  long_path[4095] = 0;
  CALL(open(long_path, O_RDONLY) >= 0);
  return 0;
}

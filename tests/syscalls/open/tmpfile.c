/* O_TMPFILE, and linkat(2) that gives such a file a name. */
#include "../files.h"

int main(void) {
  char path[64];
  struct stat st;
  put("file", "x");
  mkdir("d", 0755);
  CALL(open("file", O_TMPFILE | O_RDWR, 0600));
  CALL(open("missing", O_TMPFILE | O_RDWR, 0600));
  CALL(open("d", O_TMPFILE | O_RDONLY, 0600));
  CALL(open("d", O_TMPFILE | O_RDWR | O_CREAT, 0600));
  CALL(open("d", (O_TMPFILE & ~O_DIRECTORY) | O_RDWR, 0600));
  int fd = open("d", O_TMPFILE | O_RDWR, 0666);
  CALL(fd >= 0);
  fstat(fd, &st);
  printf("%o links %d\n", st.st_mode, (int)st.st_nlink);
  CALL(write(fd, "text", 4));
  CALL((fcntl(fd, F_GETFL) & O_TMPFILE) == O_TMPFILE);
  CALL(linkat(fd, "", AT_FDCWD, "file", AT_EMPTY_PATH));
  CALL(linkat(fd, "", AT_FDCWD, "named", 0));
  CALL(linkat(fd, "", AT_FDCWD, "named", AT_EMPTY_PATH));
  show("named");
  cat("named");
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  CALL(linkat(AT_FDCWD, path, AT_FDCWD, "again", AT_SYMLINK_FOLLOW));
  show("again");
  CALL(linkat(AT_FDCWD, path, AT_FDCWD, "again", AT_SYMLINK_FOLLOW));
  int hidden = open("d", O_TMPFILE | O_RDWR | O_EXCL, 0600);
  CALL(hidden >= 0);
  CALL(linkat(hidden, "", AT_FDCWD, "no", AT_EMPTY_PATH));
  int writer = open(".", O_TMPFILE | O_WRONLY, 04755);
  fstat(writer, &st);
  printf("%o\n", st.st_mode);
  char c;
  CALL(read(writer, &c, 1));
  CALL(ftruncate(writer, 10));
  /* A file that lost its last name stays without one. */
  int gone = open("file", O_RDWR);
  unlink("file");
  CALL(linkat(gone, "", AT_FDCWD, "back", AT_EMPTY_PATH));
  CALL(rmdir("d"));
  return 0;
}

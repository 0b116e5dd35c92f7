/* O_TRUNC: needs the right to write, whatever the access mode. */
#include "../files.h"

static void as_user(void) {
  become(1000, 1000);
  CALL(open("readable", O_RDONLY | O_TRUNC));
  CALL(open("writable", O_RDONLY | O_TRUNC));
  CALL(open("writable", O_WRONLY | O_TRUNC) >= 0);
  CALL(open("readable", O_WRONLY | O_CREAT | O_TRUNC, 0600));
  CALL(creat("readable", 0600));
  CALL(creat("d", 0600));
  CALL(creat("free/new", 0400) >= 0);
  CALL(open("free/new", O_WRONLY));
  CALL(creat("free/new", 0600));
}

int main(void) {
  struct stat st;
  chmod(".", 0755);
  put("readable", "text");
  put("writable", "text");
  chmod("writable", 0622);
  mkdir("d", 0755);
  mkdir("free", 0777);
  chmod("free", 0777);
  run("user", as_user);
  show("readable");
  show("writable");
  put("file", "text");
  int fd = open("file", O_RDONLY | O_TRUNC);
  CALL(fd >= 0);
  show("file");
  CALL(fcntl(fd, F_GETFL) & O_TRUNC);
  put("file", "text");
  struct timespec t[2] = {{1000, 0}, {1000, 0}};
  utimensat(AT_FDCWD, "file", t, 0);
  fd = open("file", O_WRONLY | O_TRUNC);
  stat("file", &st);
  CALL(st.st_mtime != 1000);
  put("empty", "");
  utimensat(AT_FDCWD, "empty", t, 0);
  CALL(open("empty", O_WRONLY | O_TRUNC) >= 0);
  stat("empty", &st);
  CALL(st.st_mtime != 1000);
  chmod("file", 06755);
  CALL(open("file", O_WRONLY | O_TRUNC) >= 0);
  show("file");
  mkfifo("fifo", 0600);
  CALL(open("fifo", O_RDWR | O_TRUNC) >= 0);
  CALL(open("/dev/null", O_WRONLY | O_TRUNC) >= 0);
  CALL(open("d", O_RDONLY | O_TRUNC));
  CALL(open("new", O_RDONLY | O_CREAT | O_TRUNC, 0200) >= 0);
  show("new");
  return 0;
}

/* mknod(2) and mkfifo(3). */
#include "../files.h"
#include <sys/sysmacros.h>

static void device(const char *name) {
  struct stat st;
  if (lstat(name, &st)) perror(name);
  printf("%s: %o %d:%d\n", name, st.st_mode, major(st.st_rdev), minor(st.st_rdev));
}

static void tries(void) {
  CALL(mknod("free/c", S_IFCHR | 0666, makedev(1, 3)));
  CALL(mknod("free/b", S_IFBLK | 0600, makedev(7, 0)));
  CALL(mknod("free/w", S_IFCHR | 0600, 0));
  CALL(mknod("free/p", S_IFIFO | 0666, 99));
  CALL(mknod("free/s", S_IFSOCK | 0666, 0));
  CALL(mknod("free/r", S_IFREG | 0666, 0));
  CALL(mknod("closed/p", S_IFIFO | 0666, 0));
  CALL(mknod("closed/c", S_IFCHR | 0666, makedev(1, 3)));
}
static void user(void) { become(1000, 1000); tries(); }
static void maker(void) { become_with(1000, 1000, CAP(MKNOD)); tries(); }

int main(void) {
  chmod(".", 0755);
  mkdir("free", 0777);
  chmod("free", 0777);
  mkdir("closed", 0755);
  run("user", user);
  if (system("rm -f free/*")) return 1;
  run("CAP_MKNOD", maker);
  device("free/c");
  device("free/p");
  CALL(mknod("c", S_IFCHR | 0666, makedev(1, 3)));
  CALL(mknod("big", S_IFBLK | 04640, makedev(4095, 1048575)));
  device("c");
  device("big");
  CALL(mknod("c", S_IFREG | 0666, 0));
  CALL(mknod("d/", S_IFREG | 0666, 0));
  CALL(mknod("gone/x", S_IFREG | 0666, 0));
  CALL(mknod("x", S_IFDIR | 0777, 0));
  CALL(mknod("x", S_IFLNK | 0777, 0));
  CALL(mknod("x", 0110000, 0));
  CALL(mknod("x", 0177777, 0));
  CALL(mknod("x", 06777, 0));
  show("x");
  CALL(mkfifo("x", 0666));
  CALL(mkfifo("", 0666));
  CALL(mkfifo("f", 07777));
  show("f");
  CALL(mknodat(NO_FD, "y", S_IFREG | 0666, 0));
  CALL(mknodat(open("x", O_RDONLY), "y", S_IFREG | 0666, 0));
  CALL(mknod(BAD, S_IFREG, 0));
  return 0;
}

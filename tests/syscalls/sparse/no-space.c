/* A tmpfs with a size and a number of inodes: ENOSPC, short writes, statfs(2). */
#include "../files.h"
#include <sys/vfs.h>

static void room(const char *what) {
  struct statfs fs;
  statfs("t", &fs);
  printf("%s: %ld of %ld blocks, %ld of %ld inodes\n", what, (long)fs.f_bfree, (long)fs.f_blocks,
         (long)fs.f_ffree, (long)fs.f_files);
}

int main(void) {
  static char bytes[100000];
  char name[20];
  mount_tmpfs("t", "size=64k,nr_inodes=8,huge=never");
  room("empty");
  int fd = open("t/a", O_RDWR | O_CREAT, 0600);
  CALL(write(fd, bytes, 60000));
  room("written");
  CALL(write(fd, bytes, 60000));
  CALL(write(fd, bytes, 1));
  CALL(pwrite(fd, bytes, 100, 0));
  room("full");
  CALL(fallocate(fd, 0, 70000, 1));
  CALL(ftruncate(fd, 1 << 20));
  CALL(pwrite(fd, "x", 1, 1 << 19));
  int other = open("t/b", O_RDWR | O_CREAT, 0600);
  CALL(other >= 0);
  CALL(write(other, "x", 1));
  CALL(ftruncate(fd, 40000));
  room("truncated");
  CALL(write(other, "x", 1));
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 8192));
  room("punched");
  CALL(unlink("t/a"));
  room("unlinked, open");
  CALL(close(fd));
  room("closed");
  int made = 0;
  for (;; made++) {
    snprintf(name, sizeof name, "t/n%d", made);
    fd = open(name, O_CREAT | O_WRONLY, 0600);
    if (fd < 0) break;
    close(fd);
  }
  CALL(made);
  CALL(open("t/x", O_CREAT | O_WRONLY, 0600));
  CALL(mkdir("t/x", 0700));
  CALL(symlink("x", "t/x"));
  CALL(mkfifo("t/x", 0600));
  CALL(open("t", O_TMPFILE | O_RDWR, 0600));
  room("no inodes");
  CALL(unlink("t/n0"));
  CALL(mkdir("t/x", 0700));
  CALL(rename("t/n1", "t/n2"));
  room("one replaced");
  CALL(mount(NULL, "t", NULL, MS_REMOUNT, "size=128k"));
  room("grown");
  CALL(mount(NULL, "t", NULL, MS_REMOUNT, "size=bad"));
  CALL(mount(NULL, "t", NULL, MS_REMOUNT, "nonsense=1"));
  umount2("t", MNT_DETACH);
  CALL(mount("tmpfs", "t", "tmpfs", 0, "nonsense=1"));
  CALL(mount("tmpfs", "t", "tmpfs", 0, "mode=9"));
  return 0;
}

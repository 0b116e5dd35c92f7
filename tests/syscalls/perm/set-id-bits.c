/* Which changes by whom take the set-ID bits away: writing, truncating, fallocate, writing through a mapping. */
#include "../files.h"

static void fresh(int mode) {
  unlink("d/file");
  put("d/file", "text");
  chown("d/file", 1000, 1000);
  chmod("d/file", mode);
}

static int how;
static void change(void) {
  struct stat st;
  int fd = open("d/file", O_RDWR);
  if (fd < 0) perror("open");
  switch (how) {
    case 0: CALL(write(fd, "x", 1)); break;
    case 1: CALL(write(fd, "x", 0)); break;
    case 2: CALL(pwrite(fd, "x", 1, 1)); break;
    case 3: CALL(ftruncate(fd, 2)); break;
    case 4: CALL(ftruncate(fd, 4)); break;
    case 5: CALL(truncate("d/file", 0)); break;
    case 6: CALL(open("d/file", O_WRONLY | O_TRUNC) >= 0); break;
    case 7: CALL(fallocate(fd, 0, 0, 100)); break;
    case 8: CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 2)); break;
    case 9: CALL(copy_file_range(open("/etc/passwd", O_RDONLY), NULL, fd, NULL, 2, 0) >= -1); break;
    case 10: *(char *)mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) = 'm'; break;
    case 11: CALL(utimensat(AT_FDCWD, "d/file", NULL, 0)); break;
  }
  fstat(fd, &st);
  printf("%d: %o\n", how, st.st_mode & 07777);
}

static void user(void) { become(1000, 1000); change(); }
static void fsetid(void) { become_with(1000, 1000, CAP(FSETID)); change(); }

int main(void) {
  chmod(".", 0755);
  mkdir("d", 0777);
  chmod("d", 0777);
  for (how = 0; how < 12; how++) {
    if (how == 9) continue;
    fresh(06777);
    run("owner", user);
  }
  how = 0;
  fresh(02767);
  run("no group x", user);
  fresh(06777);
  run("CAP_FSETID", fsetid);
  fresh(06777);
  run("root", change);
  return 0;
}

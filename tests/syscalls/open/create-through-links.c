/* O_CREAT through symbolic links whose targets end in slashes and dots: nothing is made, and each in its own way. */
#include "../check.h"

int main(void) {
  mkdir("d", 0755);
  const char *targets[] = {"free/", "d/", "d/free/", "free/free/", "d/.", "free/.", "d/..", "/", "./", "../", "free", "d/free", "lone/", "file/"};
  put("file", "");
  symlink("nowhere", "lone");
  for (unsigned i = 0; i < sizeof targets / sizeof *targets; i++) {
    unlink("link");
    symlink(targets[i], "link");
    printf("-> %s\n", targets[i]);
    int fd;
    CALL((fd = open("link", O_WRONLY | O_CREAT, 0644)) >= 0 ? 0 : -1);
    close(fd);
    CALL((fd = open("link", O_RDONLY | O_CREAT, 0644)) >= 0 ? 0 : -1);
    close(fd);
    DONE(open("link", O_WRONLY | O_CREAT | O_EXCL, 0644));
    DONE(open("link", O_WRONLY | O_CREAT | O_NOFOLLOW, 0644));
    DONE(open("link/", O_WRONLY | O_CREAT, 0644));
    DONE(openat(AT_FDCWD, "link", O_RDONLY | O_CREAT | O_DIRECTORY, 0644));
    unlink("second");
    symlink("link", "second");
    CALL((fd = creat("second", 0644)) >= 0 ? 0 : -1);
    close(fd);
    unlink("free");
    unlink("d/free");
  }
  return 0;
}

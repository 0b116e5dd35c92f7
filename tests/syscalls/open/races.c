/* Names that change between two looks: a descriptor stays with its file whatever becomes of the name. */
#include "../files.h"

static void swaps(void) {
  for (;;) {
    if (renameat2(AT_FDCWD, "d/a", AT_FDCWD, "d/b", RENAME_EXCHANGE)) _exit(1);
  }
}

int main(void) {
  struct stat st;
  int links = 0, files = 0, others = 0;
  mkdir("d", 0755);
  put("d/a", "file");
  put("target", "secret");
  if (symlink("../target", "d/b")) return 1;
  pid_t pid = start(swaps);
  for (int i = 0; i < 2000; i++) {
    int fd = open("d/a", O_RDONLY | O_NOFOLLOW);
    if (fd < 0) {
      if (errno == ELOOP) links++;
      else others++;
      continue;
    }
    fstat(fd, &st);
    if (st.st_size == 4) files++;
    else others++;
    close(fd);
  }
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  CALL(links + files);
  CALL(others);
  /* A tree that is moved while somebody stands in it. */
  mkdir("tree", 0755);
  mkdir("tree/deep", 0755);
  mkdir("elsewhere", 0755);
  put("tree/marker", "1");
  put("elsewhere/marker", "22");
  int dir = open("tree/deep", O_RDONLY);
  CALL(fstatat(dir, "../marker", &st, 0));
  CALL(st.st_size);
  CALL(rename("tree/deep", "elsewhere/deep"));
  CALL(fstatat(dir, "../marker", &st, 0));
  CALL(st.st_size);
  CALL(fstatat(dir, "../../tree/marker", &st, 0));
  CALL(rename("elsewhere", "renamed"));
  CALL(fstatat(dir, "../marker", &st, 0));
  CALL(st.st_size);
  return 0;
}

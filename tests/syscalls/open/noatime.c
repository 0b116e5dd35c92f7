/* O_NOATIME: only for who owns the file, and its effect. */
#include "../files.h"

static void attempt(void) {
  int fd = open("file", O_RDONLY | O_NOATIME);
  if (fd < 0) perror("open");
  CALL(fd >= 0);
  fd = open("file", O_RDONLY);
  CALL(fcntl(fd, F_SETFL, O_NOATIME));
  CALL((fcntl(fd, F_GETFL) & O_NOATIME) != 0);
}
static void other(void) {
  become(1000, 1000);
  attempt();
  CALL(open("socket", O_RDONLY));
  CALL(open("socket", O_RDONLY | O_NOATIME));
}
static void owner(void) { become(2000, 2000); attempt(); }
static void fowner(void) { become_with(1000, 1000, CAP(FOWNER)); attempt(); }

static void read_with(int flags) {
  struct timespec t[2] = {{1000, 0}, {2000, 0}};
  struct stat st;
  char c;
  utimensat(AT_FDCWD, "file", t, 0);
  int fd = open("file", O_RDONLY | flags);
  CALL(read(fd, &c, 1));
  close(fd);
  stat("file", &st);
  printf("atime moved %d\n", st.st_atim.tv_sec != 1000);
}

int main(void) {
  fclose(stderr);
  chmod(".", 0755);
  put("file", "x");
  if (chown("file", 2000, 2000)) return 1;
  if (mknod("socket", S_IFSOCK | 0666, 0) || chmod("socket", 0666)) return 1;
  run("other", other);
  run("owner", owner);
  run("CAP_FOWNER", fowner);
  read_with(0);
  read_with(O_NOATIME);
  return 0;
}

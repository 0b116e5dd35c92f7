/* Who may make and remove names: the directory's bits, the sticky bit, capabilities. */
#include "../files.h"

static void tries(void) {
  CALL(link("free/file", "free/second"));
  CALL(unlink("free/second"));
  CALL(link("free/file", "closed/x"));
  CALL(mkdir("closed/x", 0700));
  CALL(symlink("x", "closed/x"));
  CALL(mkfifo("closed/x", 0600));
  CALL(open("closed/x", O_CREAT | O_WRONLY, 0600));
  CALL(unlink("closed/file"));
  CALL(unlink("closed/gone"));
  CALL(rmdir("closed/dir"));
  CALL(rename("closed/file", "free/x"));
  CALL(rename("free/file", "closed/x"));
  CALL(unlink("unsearchable/file"));
  CALL(unlink("unsearchable/gone"));
  CALL(link("unsearchable/file", "free/x"));
  CALL(unlink("sticky/file"));
  CALL(rmdir("sticky/dir"));
  CALL(rename("sticky/file", "free/x"));
  CALL(rename("free/file", "sticky/file"));
  CALL(rename("free/dir", "sticky/dir"));
  CALL(renameat2(AT_FDCWD, "free/file", AT_FDCWD, "sticky/file", RENAME_EXCHANGE));
  CALL(mknod("free/device", S_IFCHR | 0600, 0x103));
  CALL(mkdir("closed/dir", 0700));
}

static void user(void) { become(1000, 1000); tries(); }
static void overrider(void) { become_with(1000, 1000, CAP(DAC_OVERRIDE)); tries(); }
static void fowner(void) { become_with(1000, 1000, CAP(FOWNER)); tries(); }
static void searcher(void) { become_with(1000, 1000, CAP(DAC_READ_SEARCH)); tries(); }

static void fill(const char *dir, int mode) {
  char path[64];
  mkdir(dir, 0755);
  snprintf(path, 64, "%s/file", dir);
  put(path, "x");
  snprintf(path, 64, "%s/dir", dir);
  mkdir(path, 0755);
  chmod(dir, mode);
}

static void refill(void) {
  if (system("rm -rf free closed unsearchable sticky")) return;
  fill("free", 0777);
  fill("closed", 0755);
  fill("unsearchable", 0766);
  fill("sticky", 01777);
}

int main(void) {
  chmod(".", 0755);
  refill();
  run("user", user);
  refill();
  run("CAP_DAC_OVERRIDE", overrider);
  refill();
  run("CAP_FOWNER", fowner);
  refill();
  run("CAP_DAC_READ_SEARCH", searcher);
  return 0;
}

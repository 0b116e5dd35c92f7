/* Owner, group, others: the first class that fits decides, even if it allows less. */
#include "../files.h"

static void bits(void) {
  char name[20];
  for (int mode = 0; mode < 8; mode++) {
    snprintf(name, sizeof name, "f%d", mode);
    printf("%s:%s%s%s\n", name, access(name, R_OK) ? "" : " r", access(name, W_OK) ? "" : " w", access(name, X_OK) ? "" : " x");
  }
}

static void owner(void) { become(1000, 1); bits(); }
static void group(void) { become(2, 2000); bits(); }
static void others(void) { become(2, 2); bits(); }
static void supplementary(void) {
  gid_t groups[] = {5, 2000, 7};
  if (setgroups(3, groups) || setgid(2) || setuid(2)) return;
  bits();
}
static void set_fsuid(void) {
  CALL(syscall(SYS_setfsuid, 1000));
  CALL(open("f0", O_RDONLY));
  CALL(open("f4", O_RDONLY));
  CALL(access("f4", W_OK)); /* Asks for the real user. */
}

static void fill(int uid, int gid, int shift) {
  char name[20];
  for (int mode = 0; mode < 8; mode++) {
    snprintf(name, sizeof name, "f%d", mode);
    unlink(name);
    put(name, "x");
    if (chown(name, uid, gid)) exit(1);
    chmod(name, (mode << shift) | (0777 & ~(7 << shift)));
  }
}

int main(void) {
  chmod(".", 0755);
  fill(1000, 2000, 6);
  run("owner", owner);
  fill(1000, 2000, 3);
  run("group", group);
  run("supplementary", supplementary);
  fill(1000, 2000, 0);
  run("others", others);
  fill(1000, 2000, 6);
  run("setfsuid", set_fsuid);
  return 0;
}

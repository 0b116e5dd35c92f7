/* setuid(2), setresuid(2), setgroups(2) and what a plain user may no longer do. */
#include "../check.h"
#include <grp.h>
#include <sys/fsuid.h>

static void show(void) {
  uid_t r, e, s;
  gid_t rg, eg, sg;
  getresuid(&r, &e, &s);
  getresgid(&rg, &eg, &sg);
  printf("uid %d %d %d gid %d %d %d groups %d\n", r, e, s, rg, eg, sg, getgroups(0, NULL));
}

static void plain(void) {
  put("roots", "x");
  chmod("roots", 0600);
  CALL(chmod(".", 0777));
  gid_t groups[2] = {10, 20};
  CALL(setgroups(2, groups));
  CALL(setresgid(1000, 1000, 1000));
  CALL(setresuid(1000, 1000, 1000));
  show();
  CALL(setuid(0));
  CALL(seteuid(0));
  CALL(setresuid(-1, -1, 0));
  CALL(setgroups(0, NULL));
  CALL(setgid(10));
  CALL(open("roots", O_RDONLY));
  CALL(chmod("roots", 0666));
  CALL(chown("roots", 1000, 1000));
  put("mine", "x");
  CALL(chown("mine", 0, -1));
  CALL(chown("mine", -1, 10));
  CALL(chown("mine", -1, 30));
  CALL(unlink("roots")); /* The folder is ours to write. */
  CALL(nice(-1));
  CALL(chroot("."));
  CALL(sethostname("x", 1));
  CALL(mknod("device", S_IFCHR | 0600, 0x103));
}
static void back_and_forth(void) {
  CALL(setgroups(0, NULL));
  CALL(setresuid(1000, 1001, 0));
  show();
  CALL(setuid(0));
  show();
  CALL(seteuid(1000));
  CALL(setfsuid(-1));
  CALL(setreuid(-1, 0));
  show();
  CALL(setuid(5));
  show();
}

int main(void) {
  CALL(setuid(-1));
  CALL(setgid(-1));
  CALL(setgroups(70000, NULL));
  CALL(syscall(SYS_setgroups, 1, BAD));
  CALL(getgroups(-1, NULL));
  CALL(syscall(SYS_getresuid, BAD, BAD, BAD));
  run("plain user", plain);
  run("saved ids", back_and_forth);
  return 0;
}

/* setuid(2), setreuid(2), setresuid(2), setfsuid(2), setgid and kin without capabilities: every rule. */
#include "../check.h"
#include <grp.h>
#include <sys/fsuid.h>
static void show(void) {
  uid_t r, e, s;
  gid_t rg, eg, sg;
  getresuid(&r, &e, &s);
  getresgid(&rg, &eg, &sg);
  printf("  %d %d %d, %d %d %d\n", r, e, s, rg, eg, sg);
}
#define TRY(x) do { CALL(x); show(); } while (0)
static void start_as(void) {
  if (setgroups(0, NULL) || setresgid(10, 20, 30) || setresuid(1, 2, 3)) _exit(1);
}
static void users(void) {
  start_as();
  show();
  TRY(setuid(2));
  TRY(setuid(3));
  TRY(setuid(4));
  TRY(setreuid(2, -1));
  TRY(setreuid(-1, 1));
  TRY(setreuid(3, -1));
  TRY(setreuid(1, 1));
  TRY(setresuid(-1, -1, 2));
}
static void more_users(void) {
  start_as();
  TRY(setresuid(3, 1, 2));
  TRY(setresuid(-1, 4, -1));
  TRY(setresuid(2, 2, -1));
  CALL(setfsuid(1));
  CALL(setfsuid(9));
  CALL(setfsuid(-1));
  TRY(seteuid(3));
}
static void groups(void) {
  start_as();
  TRY(setgid(30));
  TRY(setgid(40));
  TRY(setregid(30, 10));
  TRY(setregid(40, -1));
  TRY(setresgid(20, 20, 20));
  TRY(setresgid(10, 10, 10));
  CALL(setfsgid(10));
  CALL(setfsgid(99));
  CALL(setfsgid(-1));
  CALL(setgroups(0, NULL));
}
static void roots(void) {
  TRY(setreuid(5, -1));
  TRY(setreuid(-1, 6));
  TRY(setuid(0));
  TRY(setreuid(0, 0));
  TRY(setuid(8));
  TRY(setuid(0));
}
static void saved(void) {
  TRY(setreuid(0, 7)); /* The saved one follows the effective. */
  TRY(setreuid(7, 7));
  TRY(setuid(0));
}
static void effective(void) {
  TRY(seteuid(7));
  TRY(setegid(7));
  TRY(seteuid(0));
  TRY(setegid(7));
}
static void dumpable(void) {
  CALL(prctl(PR_GET_DUMPABLE));
  CALL(seteuid(7));
  CALL(prctl(PR_GET_DUMPABLE));
  CALL(seteuid(0));
  CALL(prctl(PR_SET_DUMPABLE, 1));
  CALL(prctl(PR_GET_DUMPABLE));
}
int main(void) {
  run("users", users);
  run("more users", more_users);
  run("groups", groups);
  run("root", roots);
  run("saved", saved);
  run("effective", effective);
  run("dumpable", dumpable);
  return 0;
}

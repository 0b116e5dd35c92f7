/* execve(2) of a program with file capabilities: permitted, effective, inheritable, bounding set, ambient, root. */
#include "../check.h"
#include <grp.h>
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/sendfile.h>
#include <sys/xattr.h>
#define BIT(cap) (1u << (cap))
static struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
static struct __user_cap_data_struct data[2];
static void show(const char *who) {
  syscall(SYS_capget, &header, data);
  printf("%s: effective %x permitted %x inheritable %x ambient %d secure %ld\n", who,
         data[0].effective & 0x3ff, data[0].permitted & 0x3ff, data[0].inheritable & 0x3ff,
         prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0), getauxval(AT_SECURE));
}
static void give(const char *name, unsigned permitted, unsigned inheritable, int effective) {
  struct { unsigned magic, set[4]; } value = {0x02000000 | effective, {permitted, inheritable, 0, 0}};
  CALL(setxattr(name, "security.capability", &value, sizeof value, 0));
}
static void try(const char *title, int ambient, unsigned inheritable, int drop, uid_t uid) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    if (drop) prctl(PR_CAPBSET_DROP, CAP_KILL);
    prctl(PR_SET_KEEPCAPS, 1);
    if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid)) _exit(1);
    syscall(SYS_capget, &header, data);
    data[0].inheritable = inheritable;
    syscall(SYS_capset, &header, data);
    if (ambient) prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0);
    execl("./program", title, "show", NULL);
    printf("%s: %s\n", title, strerrorname_np(errno));
    _exit(1);
  }
  waitpid(pid, NULL, 0);
}
static void all(void) {
  try("nothing", 0, 0, 0, 7);
  try("inheritable", 0, BIT(CAP_KILL), 0, 7);
  try("ambient", 1, BIT(CAP_KILL), 0, 7);
  try("bounded", 0, 0, 1, 7);
  try("root", 0, 0, 0, 0);
}
int main(int argc, char **argv) {
  if (argc > 1) { show(argv[0]); return 0; }
  chmod(".", 0755);
  int from = open("/proc/self/exe", O_RDONLY), to = open("program", O_WRONLY | O_CREAT | O_TRUNC, 0755);
  struct stat st;
  fstat(from, &st);
  if (sendfile(to, from, NULL, st.st_size) != st.st_size) return 9;
  close(to), close(from);
  all();
  give("program", BIT(CAP_KILL), 0, 1);
  all();
  give("program", BIT(CAP_KILL), 0, 0);
  all();
  give("program", 0, BIT(CAP_KILL), 1);
  all();
  give("program", 0, 0, 0);
  all();
  return 0;
}

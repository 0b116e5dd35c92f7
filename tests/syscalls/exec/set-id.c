/* execve(2) of set-user-ID and set-group-ID programs: ids, capabilities, AT_SECURE, no_new_privs, nosuid. */
#include "../check.h"
#include <grp.h>
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/sendfile.h>
static void show(const char *who) {
  uid_t r, e, s;
  gid_t rg, eg, sg;
  int signo = -1;
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  getresuid(&r, &e, &s);
  getresgid(&rg, &eg, &sg);
  syscall(SYS_capget, &header, data);
  prctl(PR_GET_PDEATHSIG, &signo);
  printf("%s: %d %d %d, %d %d %d, kill %d%d, secure %ld dumpable %d death signal %d\n", who, r, e, s, rg, eg, sg,
         !!(data[0].effective & 1 << CAP_KILL), !!(data[0].permitted & 1 << CAP_KILL), getauxval(AT_SECURE),
         prctl(PR_GET_DUMPABLE), signo);
}
static void copy(const char *name, mode_t mode, uid_t uid, gid_t gid) {
  int from = open("/proc/self/exe", O_RDONLY), to = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0700);
  struct stat st;
  fstat(from, &st);
  if (sendfile(to, from, NULL, st.st_size) != st.st_size) _exit(9);
  fchown(to, uid, gid);
  fchmod(to, mode);
  close(to), close(from);
}
static void try(const char *name, uid_t uid, int no_new_privs) {
  int status;
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid)) _exit(1);
    if (no_new_privs) prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    execl(name, name, "show", NULL);
    printf("%s: %s\n", name, strerrorname_np(errno));
    _exit(1);
  }
  waitpid(pid, &status, 0);
}
int main(int argc, char **argv) {
  if (argc > 1) { show(argv[0]); return 0; }
  chmod(".", 0755);
  copy("./plain", 0755, 0, 0);
  copy("./roots", 04755, 0, 0);
  copy("./users", 04755, 55, 66);
  copy("./groups", 02755, 55, 66);
  copy("./both", 06755, 55, 66);
  copy("./group-only-bit", 02745, 55, 66);
  copy("./not-executable", 04644, 0, 0);
  const char *names[] = {"./plain", "./roots", "./users", "./groups", "./both", "./group-only-bit", "./not-executable"};
  for (int i = 0; i < 7; i++) {
    try(names[i], 0, 0);
    try(names[i], 1000, 0);
    try(names[i], 1000, 1);
  }
  return 0;
}

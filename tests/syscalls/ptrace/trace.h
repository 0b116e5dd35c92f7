/* What the programs of this folder share: a tracee, and how it stops. */
#include "../check.h"
#include <elf.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

/* Waits for a change of `pid` and prints it. */
static inline int show_wait(const char *when, pid_t pid) {
  int status = 0;
  pid_t got = waitpid(pid, &status, __WALL);
  printf("%s: ", when);
  if (got < 0) printf("%s\n", strerrorname_np(errno));
  else if (WIFEXITED(status)) printf("exited %d\n", WEXITSTATUS(status));
  else if (WIFSIGNALED(status)) printf("killed %s\n", sigabbrev_np(WTERMSIG(status)));
  else if (WIFSTOPPED(status)) {
    int signo = WSTOPSIG(status) & 0x7f;
    printf("stopped %s%s event %d\n", sigabbrev_np(signo), WSTOPSIG(status) & 0x80 ? "|80" : "", status >> 16);
  } else printf("status %x\n", status);
  return status;
}

static inline struct user_regs_struct registers(pid_t pid) {
  struct user_regs_struct regs = {0};
  if (ptrace(PTRACE_GETREGS, pid, 0, &regs) != 0) printf("GETREGS: %s\n", strerrorname_np(errno));
  return regs;
}

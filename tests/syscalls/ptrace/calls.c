/* PTRACE_TRACEME, PTRACE_SYSCALL: each call stops at its beginning and end, and can be changed at both. */
#include "trace.h"

static void tracee(void) {
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  raise(SIGSTOP);
  syscall(SYS_getppid);
  syscall(SYS_close, 77);
  long answer = syscall(SYS_dup, 55);
  long refused = syscall(SYS_umask, 0);
  _exit(answer == 4321 && refused == -1 && errno == EXDEV ? 3 : 4);
}

static void show_info(pid_t pid) {
  struct __ptrace_syscall_info info = {0};
  long n = ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
  printf("  info %ld op %d arch %x", n, info.op, info.arch);
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) printf(" nr %lu first %lu", info.entry.nr, info.entry.nr == SYS_getppid ? 0 : info.entry.args[0]);
  if (info.op == PTRACE_SYSCALL_INFO_EXIT) printf(" error %d", info.exit.is_error);
  printf("\n");
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  pid_t pid = fork();
  if (pid == 0) tracee();
  show_wait("begin", pid);
  siginfo_t signal;
  CALL(ptrace(PTRACE_GETSIGINFO, pid, 0, &signal));
  printf("signal %s code %d own %d\n", sigabbrev_np(signal.si_signo), signal.si_code, signal.si_pid == pid);
  CALL(ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
  CALL(ptrace(PTRACE_SETOPTIONS, pid, 0, 0x40000000));
  show_info(pid);
  for (;;) {
    if (ptrace(PTRACE_SYSCALL, pid, 0, 0) != 0) break;
    int status = show_wait("entry", pid);
    if (!WIFSTOPPED(status)) return 0;
    struct user_regs_struct regs = registers(pid);
    if (regs.orig_rax == SYS_rt_sigprocmask || regs.orig_rax == SYS_gettid || regs.orig_rax == SYS_getpid) {
      ptrace(PTRACE_SYSCALL, pid, 0, 0);
      show_wait("exit of something else", pid);
      continue;
    }
    printf("  nr %lld rax %lld\n", regs.orig_rax, regs.rax);
    show_info(pid);
    CALL(ptrace(PTRACE_GETSIGINFO, pid, 0, &signal));
    printf("  signal %s code %x\n", sigabbrev_np(signal.si_signo), signal.si_code);
    if (regs.orig_rax == SYS_dup) {
      regs.rdi = 1;
      ptrace(PTRACE_SETREGS, pid, 0, &regs);
    }
    if (regs.orig_rax == SYS_umask) {
      CALL(ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), -1L));
      CALL(ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), (long)-EXDEV));
    }
    if (ptrace(PTRACE_SYSCALL, pid, 0, 0) != 0) break;
    status = show_wait("exit", pid);
    if (!WIFSTOPPED(status)) return 0;
    regs = registers(pid);
    if (regs.orig_rax != SYS_getppid) printf("  rax %lld\n", regs.rax);
    show_info(pid);
    if (regs.orig_rax == SYS_dup) CALL(ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), 4321L));
  }
}

/* /proc/self/status: the fields that programs read. */
#include "proc.h"

int main(void) {
  prctl(PR_SET_NAME, "back\\slash");
  signal(SIGUSR1, SIG_IGN);
  on_signal(SIGUSR2, (void (*)(int))1, 0);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGTERM);
  umask(027);
  char *text = slurp("/proc/self/status");
  static const char *const keys[] = {"Name:", "Umask:", "State:", "Tgid:", "Ngid:", "Pid:", "PPid:", "TracerPid:", "Uid:", "Gid:", "FDSize:", "Groups:", "NStgid:", "NSpid:", "NSpgid:", "NSsid:", "VmPeak:", "VmSize:", "VmLck:", "VmPin:", "VmHWM:", "VmRSS:", "RssAnon:", "RssFile:", "RssShmem:", "VmData:", "VmStk:", "VmExe:", "VmLib:", "VmPTE:", "VmSwap:", "HugetlbPages:", "CoreDumping:", "THP_enabled:", "Threads:", "SigQ:", "NoNewPrivs:", "Seccomp:", "Seccomp_filters:", "Speculation_Store_Bypass:", "Cpus_allowed:", "Cpus_allowed_list:", "Mems_allowed:", "Mems_allowed_list:", "voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:", NULL};
  show_keys("keys", text, keys);
  for (const char **key = (const char *[]){"Name:", "Umask:", "State:", "TracerPid:", "Uid:", "Gid:", "Threads:", "SigPnd:", "ShdPnd:", "SigBlk:", "SigIgn:", "CapInh:", "CapAmb:", "NoNewPrivs:", NULL}; *key; key++) {
    const char *value = field(text, *key);
    printf("%s %.*s\n", *key, value ? (int)strcspn(value, "\n") : 4, value ? value : "none");
  }
  CALL(atoi(field(text, "Pid:")) == getpid());
  CALL(atoi(field(text, "PPid:")) == getppid());
  return 0;
}

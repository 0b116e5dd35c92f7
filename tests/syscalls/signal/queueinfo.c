/* rt_sigqueueinfo(2), rt_tgsigqueueinfo(2): what a sender may claim, and what arrives. */
#include "../check.h"
static void show(int signo, siginfo_t *info, void *raw) {
  (void)raw;
  printf("%d: code %d errno %d pid %d uid %d value %d\n", signo, info->si_code, info->si_errno, info->si_pid,
         (int)info->si_uid, info->si_int);
}
static void sleeps(void) { sleep_ms(5000); }
int main(void) {
  struct sigaction action = {.sa_sigaction = show, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGRTMIN, &action, NULL);
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = 77;
  info.si_errno = 5;
  info.si_pid = 1234;
  info.si_uid = 99;
  info.si_int = 42;
  info.si_code = -100;
  pid_t me = getpid();
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, &info));
  info.si_code = SI_USER;
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, &info));
  info.si_code = SI_TKILL;
  CALL(syscall(SYS_rt_tgsigqueueinfo, me, me, SIGRTMIN, &info));
  info.si_code = SI_KERNEL;
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGRTMIN, &info));
  pid_t pid = start(sleeps);
  int codes[] = {SI_USER, SI_TKILL, SI_KERNEL, SI_QUEUE, SI_TIMER, SI_ASYNCIO, 1};
  for (int i = 0; i < 7; i++) {
    info.si_code = codes[i];
    CALL(syscall(SYS_rt_sigqueueinfo, pid, 0, &info));
    CALL(syscall(SYS_rt_tgsigqueueinfo, pid, pid, 0, &info));
  }
  info.si_code = SI_QUEUE;
  CALL(syscall(SYS_rt_tgsigqueueinfo, me, pid, SIGUSR1, &info));
  CALL(syscall(SYS_rt_tgsigqueueinfo, pid, 0, SIGUSR1, &info));
  CALL(syscall(SYS_rt_tgsigqueueinfo, pid, pid, 70, &info));
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  return 0;
}

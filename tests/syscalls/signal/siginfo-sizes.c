/* How much of a siginfo is read and written, and what is looked at first: rt_sigqueueinfo(2), pidfd_send_signal(2), waitid(2), kill(2). */
#include "../check.h"
#include <sys/resource.h>
#include <sys/wait.h>

static char *end;

/* A siginfo of which `size` bytes can be read. */
static void *info(int size, int signo, int code, char rest) {
  char bytes[128] = {0};
  memcpy(bytes, &signo, 4);
  memcpy(bytes + 8, &code, 4);
  memset(bytes + 48, rest, 80);
  memcpy(end - size, bytes, size);
  return end - size;
}

int main(void) {
  pid_t me = getpid();
  char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(p + 4096, 4096);
  end = p + 4096;
  signal(SIGUSR1, SIG_IGN);
  int fd = syscall(SYS_pidfd_open, me, 0);

  /* The kernel's own part is 48 bytes; the others count if the code is none that it knows. */
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, info(47, SIGUSR1, SI_QUEUE, 0)));
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, info(48, SIGUSR1, SI_QUEUE, 0)));
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, info(128, SIGUSR1, SI_QUEUE, 1)));
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, info(48, SIGUSR1, -8, 0)));
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, info(127, SIGUSR1, -8, 0)));
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, info(128, SIGUSR1, -8, 0)));
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, info(128, SIGUSR1, -8, 1)));
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, info(48, SIGUSR1, 6, 0)));
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, info(48, SIGUSR1, 7, 0)));
  CALL(syscall(SYS_rt_sigqueueinfo, me, SIGUSR1, info(48, SIGUSR1, 128, 0)));
  CALL(syscall(SYS_rt_tgsigqueueinfo, me, me, SIGUSR1, info(48, SIGUSR1, SI_QUEUE, 0)));
  CALL(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, info(48, SIGUSR1, SI_QUEUE, 0), 0));
  CALL(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, info(48, SIGUSR2, SI_QUEUE, 0), 0));
  CALL(syscall(SYS_pidfd_send_signal, fd, 65, info(48, 65, SI_QUEUE, 0), 0));
  CALL(syscall(SYS_pidfd_send_signal, fd, 65, NULL, 0));
  CALL(syscall(SYS_rt_sigqueueinfo, me, 65, info(48, 65, SI_QUEUE, 0)));

  /* Whether there is anybody comes before whether there is such a signal. */
  CALL(kill(NO_PID, 65));
  CALL(kill(-NO_PID, 65));
  CALL(kill(me, 65));
  CALL(kill(0, 65));
  CALL(kill(me, -1));
  CALL(syscall(SYS_tkill, NO_PID, 65));
  CALL(syscall(SYS_tgkill, me, me, 65));
  CALL(syscall(SYS_rt_sigqueueinfo, NO_PID, 65, info(48, 65, SI_QUEUE, 0)));

  /* waitid writes its structure whatever comes out. */
  siginfo_t seen;
  memset(&seen, 'x', sizeof seen);
  CALL(syscall(SYS_waitid, P_ALL, 0, &seen, WEXITED, NULL));
  CALL(seen.si_signo | seen.si_code | seen.si_pid | seen.si_status);
  CALL(syscall(SYS_waitid, P_ALL, 0, BAD, WEXITED, NULL));
  CALL(syscall(SYS_waitid, P_ALL, 0, BAD, 0, NULL));
  CALL(syscall(SYS_waitid, 77, 0, BAD, WEXITED, NULL));
  CALL(syscall(SYS_waitid, P_PID, 0, BAD, WEXITED, NULL));
  CALL(syscall(SYS_waitid, 77, 0, &seen, WEXITED, BAD));
  pid_t child = fork();
  if (child == 0) _exit(7);
  CALL(syscall(SYS_waitid, P_PID, child, BAD, WEXITED | WNOWAIT, BAD));
  CALL(syscall(SYS_waitid, P_PID, child, &seen, WEXITED, NULL));
  CALL(seen.si_status);
  return 0;
}

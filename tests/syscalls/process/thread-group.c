/* What threads share and what they do not: pids, umask, directory, nice, names, signals' masks, exit. */
#include "../check.h"
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
static pid_t tid;
static void *thread(void *arg) {
  tid = gettid();
  printf("pid %d tid %d group %d\n", getpid() == *(pid_t *)arg, tid == getpid(), getpgrp() == getpgid(tid));
  umask(077);
  CALL(mkdir("inside", 0700));
  CALL(chdir("inside"));
  CALL(setpriority(PRIO_PROCESS, 0, 4));
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  CALL(unshare(CLONE_FILES));
  close(1);
  return NULL;
}
int main(void) {
  pid_t me = getpid();
  pthread_t t;
  pthread_create(&t, NULL, thread, &me);
  pthread_join(t, NULL);
  /* Joined is not gone: the thread tells of its end a little before. */
  while (syscall(SYS_tgkill, me, tid, 0) == 0) sched_yield();
  CALL(umask(022));
  char path[4096];
  CALL(getcwd(path, sizeof path) != NULL && strstr(path, "/inside") != NULL);
  CALL(getpriority(PRIO_PROCESS, 0));
  CALL(getpriority(PRIO_PGRP, 0) >= 0);
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  CALL(sigismember(&now, SIGUSR1));
  CALL(kill(tid, 0));
  CALL(getpgid(tid));
  CALL(syscall(SYS_tgkill, me, tid, 0));
  CALL(setpgid(tid, 0));
  CALL(syscall(SYS_pidfd_open, tid, 0));
  CALL(waitpid(tid, NULL, __WALL));
  return 0;
}

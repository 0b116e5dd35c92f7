/* What execve(2) resets and keeps: descriptors, timers, locks, names, nice, umask, groups, limits, dumpable, memory locks. */
#include "../check.h"
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/time.h>
int main(int argc, char **argv) {
  if (argc == 1) {
    put("file", "0123456789");
    int a = open("file", O_RDWR), b = open("file", O_RDONLY | O_CLOEXEC), c = dup(a);
    fcntl(c, F_SETFD, FD_CLOEXEC);
    CALL(lseek(a, 4, SEEK_SET));
    CALL(flock(a, LOCK_EX));
    CALL(b > a && c > b);
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    CALL(timer_create(CLOCK_MONOTONIC, &event, &timer));
    struct itimerval v = {{0, 0}, {20, 0}};
    CALL(setitimer(ITIMER_REAL, &v, NULL));
    CALL(setpriority(PRIO_PROCESS, 0, 3));
    umask(031);
    CALL(prctl(PR_SET_NAME, "named"));
    CALL(prctl(PR_SET_TIMERSLACK, 777));
    CALL(prctl(PR_SET_CHILD_SUBREAPER, 1));
    CALL(prctl(PR_SET_DUMPABLE, 0));
    struct rlimit limit = {77, 99};
    CALL(setrlimit(RLIMIT_NOFILE, &limit));
    CALL(mlockall(MCL_FUTURE));
    CALL(setsid() > 0 || errno == EPERM);
    char number[16];
    snprintf(number, sizeof number, "%d", a);
    execl("/proc/self/exe", "again", number, NULL);
    return 1;
  }
  int a = atoi(argv[1]);
  CALL(lseek(a, 0, SEEK_CUR));
  CALL(fcntl(a + 1, F_GETFD));
  CALL(fcntl(a + 2, F_GETFD));
  int other = open("file", O_RDONLY);
  CALL(flock(other, LOCK_SH | LOCK_NB));
  struct itimerspec now;
  CALL(syscall(SYS_timer_gettime, 0, &now));
  CALL(alarm(30) > 0);
  CALL(getpriority(PRIO_PROCESS, 0));
  CALL(umask(022));
  char name[16];
  prctl(PR_GET_NAME, name);
  printf("%s\n", name);
  CALL(prctl(PR_GET_TIMERSLACK));
  int is = -1;
  CALL(prctl(PR_GET_CHILD_SUBREAPER, &is));
  CALL(is);
  CALL(prctl(PR_GET_DUMPABLE));
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  printf("%ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  return 0;
}

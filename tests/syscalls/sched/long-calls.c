/* Calls that take long and instructions that are few: a timer and another process still get their turn in time. */
#include "../check.h"
#include <sys/time.h>

static volatile sig_atomic_t alarms;

static void handler(int signo) {
  (void)signo;
  alarms = alarms + 1;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(void) {
  volatile double *seen = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  struct itimerval soon = {.it_value = {.tv_usec = 20000}};
  int fd = memfd_create("pages", 0);
  on_signal(SIGALRM, handler, 0);
  double begin = now();
  setitimer(ITIMER_REAL, &soon, NULL);
  while (!alarms) {
    if (fallocate(fd, 0, 0, 16 << 20) != 0 && errno != EINTR) return 1;
    ftruncate(fd, 0);
  }
  printf("the alarm came in time: %d\n", now() - begin < 2);

  begin = now();
  pid_t pid = fork();
  if (pid == 0) {
    *seen = now();
    _exit(0);
  }
  while (*seen == 0) {
    if (fallocate(fd, 0, 0, 16 << 20) != 0) return 1;
    ftruncate(fd, 0);
  }
  printf("the child ran in time: %d\n", *seen - begin < 2);
  CALL(waitpid(pid, NULL, 0) == pid);

  begin = now();
  setitimer(ITIMER_REAL, &soon, NULL);
  alarms = 0;
  while (!alarms) {
    char *pages = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 4 << 20; i += 4096) pages[i] = 1;
    munmap(pages, 4 << 20);
  }
  printf("the alarm came between page faults: %d\n", now() - begin < 2);
}

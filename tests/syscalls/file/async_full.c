/* O_ASYNC on a pipe that is full: nothing tells of what was there before the flag, every write does, done or not. */
#include "../check.h"
#include <sys/wait.h>

static void collect(const char *when) {
  sigset_t set;
  siginfo_t info;
  struct timespec now = {0};
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  int count = 0, band = 0;
  while (sigtimedwait(&set, &info, &now) > 0) {
    count++;
    band |= info.si_band;
  }
  printf("%s: %d, band %x\n", when, count, band);
}

static void await_blocked(pid_t pid) {
  char path[32], state = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  while (state != 'S') {
    FILE *file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%*d %*s %c", &state) != 1) exit(1);
    fclose(file);
    usleep(1000);
  }
}

int main(void) {
  static char page[4096];
  int p[2];
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  if (pipe(p) != 0) return 1;
  CALL(fcntl(p[0], F_SETPIPE_SZ, 4096));
  CALL(fcntl(p[0], F_SETOWN, getpid()));
  CALL(fcntl(p[0], F_SETSIG, SIGRTMIN));
  DONE(write(p[1], page, 4096));
  CALL(fcntl(p[0], F_SETFL, O_ASYNC | O_NONBLOCK));
  collect("filled before");

  CALL(fcntl(p[1], F_SETFL, O_NONBLOCK));
  DONE(write(p[1], page, 4096));
  collect("refused write");
  DONE(write(p[1], page, 0));
  collect("write of nothing");
  CALL(fcntl(p[1], F_SETFL, 0));

  pid_t pid = fork();
  if (pid == 0) _exit(write(p[1], page, 4096) == 4096 ? 0 : 1);
  await_blocked(pid);
  collect("write that waits");
  DONE(read(p[0], page, 4096));
  waitpid(pid, NULL, 0);
  collect("write that goes on");
  DONE(read(p[0], page, 4096));

  pid = fork();
  if (pid == 0) _exit(write(p[1], page, 4096) == 4096 && write(p[1], page, 4096) == 4096 ? 0 : 1);
  await_blocked(pid);
  collect("one done, one waits");
  DONE(read(p[0], page, 4096));
  waitpid(pid, NULL, 0);
  collect("both done");
}

/* pidfd_send_signal takes a directory /proc/[pid] for a pidfd, but no other file, and no O_PATH descriptor. */
#include "../check.h"

static volatile int got;

static void handler(int signo) { got = signo; }

static int send(int fd, int signo) { return syscall(SYS_pidfd_send_signal, fd, signo, NULL, 0); }

static void sleeper(void) {
  for (;;) pause();
}

int main(void) {
  char name[64];
  int status;
  on_signal(SIGUSR1, handler, 0);
  int self = open("/proc/self", O_RDONLY | O_DIRECTORY);
  CALL(send(self, 0));
  CALL(send(self, SIGUSR1));
  printf("got %d\n", got);
  CALL(send(self, 1000));

  int path = open("/proc/self", O_PATH | O_DIRECTORY);
  CALL(send(path, 0));
  int fds = open("/proc/self/fd", O_RDONLY | O_DIRECTORY);
  CALL(send(fds, 0));
  int file = open("/proc/self/stat", O_RDONLY);
  CALL(send(file, 0));
  int root = open("/proc", O_RDONLY | O_DIRECTORY);
  CALL(send(root, 0));

  pid_t pid = start(sleeper);
  snprintf(name, sizeof name, "/proc/%d", pid);
  int child = open(name, O_RDONLY | O_DIRECTORY);
  CALL(send(child, SIGTERM));
  waitpid(pid, &status, 0);
  show_status("child", status);
  CALL(send(child, 0));
}

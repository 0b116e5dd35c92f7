/* Limits at work: RLIMIT_NPROC, RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK for arguments. */
#include "../check.h"
#include <sys/resource.h>
static void limit(int which, rlim_t soft, rlim_t hard) {
  struct rlimit l = {soft, hard};
  CALL(setrlimit(which, &l));
}
static void processes(void) {
  limit(RLIMIT_NPROC, 0, 0);
  CALL(fork() >= 0 ? 1 : -1); /* Root may. */
}
static void processes_of_user(void) {
  limit(RLIMIT_NPROC, 1, 1);
  if (setresuid(54321, 54321, 54321)) return;
  pid_t pid = fork();
  if (pid == 0) _exit(0);
  CALL(pid > 0 ? 1 : -1);
}
static void files(void) {
  limit(RLIMIT_NOFILE, 10, 10);
  int fd, last = -1;
  while ((fd = dup(1)) >= 0) last = fd;
  CALL(fd);
  CALL(last);
  CALL(dup2(1, 10));
  CALL(fcntl(1, F_DUPFD, 10));
  limit(RLIMIT_NOFILE, 3, 10);
  CALL(write(9, "", 0)); /* What is open stays open. */
}
static void size(void) {
  limit(RLIMIT_FSIZE, 100, 100);
  int fd = open("size", O_RDWR | O_CREAT, 0600);
  static char data[200];
  CALL(write(fd, data, 80));
  CALL(write(fd, data, 80));
  signal(SIGXFSZ, SIG_IGN);
  CALL(write(fd, data, 80));
  CALL(ftruncate(fd, 101));
  signal(SIGXFSZ, SIG_DFL);
  CALL(write(fd, data, 1));
}
static void space(void) {
  limit(RLIMIT_AS, 64 << 20, 64 << 20);
  CALL(mmap(NULL, 128 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
  CALL(mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
}
static void refused(void) {
  limit(RLIMIT_NOFILE, 20, 10);
  limit(RLIM_NLIMITS, 1, 1);
  limit(RLIMIT_NOFILE, 1 << 21, 1 << 21);
  if (setresuid(7, 7, 7)) return;
  limit(RLIMIT_NICE, 0, 0);
  limit(RLIMIT_NICE, 1, 1);
  struct rlimit l;
  CALL(prlimit(NO_PID, RLIMIT_NICE, NULL, &l));
  CALL(prlimit(0, 99, NULL, &l));
  CALL(prlimit(0, RLIMIT_NICE, BAD, NULL));
  CALL(prlimit(0, RLIMIT_NICE, NULL, BAD));
}
int main(void) {
  run("processes", processes);
  run("user's processes", processes_of_user);
  run("files", files);
  run("size", size);
  run("space", space);
  run("refused", refused);
  return 0;
}

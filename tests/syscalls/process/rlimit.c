/* getrlimit(2), setrlimit(2), prlimit(2). */
#include "../check.h"
#include <sys/resource.h>

#define LIMIT (1 << 20)

static void too_many_files(void) {
  struct rlimit limit = {10, 10};
  setrlimit(RLIMIT_NOFILE, &limit);
  int count = 0;
  while (open("/dev/null", O_RDONLY) >= 0) count++;
  printf("opened until 10: %s\n", strerrorname_np(errno));
  CALL(dup2(0, 10));
  CALL(fcntl(0, F_DUPFD, 10));
  CALL(fcntl(0, F_DUPFD, 3));
  (void)count;
}
static void file_size(void) {
  struct rlimit limit = {LIMIT, LIMIT};
  setrlimit(RLIMIT_FSIZE, &limit);
  signal(SIGXFSZ, SIG_IGN);
  int fd = open("limited", O_RDWR | O_CREAT, 0600);
  CALL(pwrite(fd, "0123456789", 10, LIMIT - 4));
  CALL(pwrite(fd, "x", 1, LIMIT));
  CALL(ftruncate(fd, LIMIT + 1));
  signal(SIGXFSZ, SIG_DFL);
  CALL(pwrite(fd, "x", 1, LIMIT));
}

int main(void) {
  struct rlimit limit = {10, 5}, old;
  CALL(setrlimit(RLIMIT_CORE, &limit));
  limit = (struct rlimit){5, 10};
  CALL(prlimit(0, RLIMIT_CORE, &limit, NULL));
  CALL(prlimit(getpid(), RLIMIT_CORE, NULL, &old));
  printf("%ld %ld\n", (long)old.rlim_cur, (long)old.rlim_max);
  CALL(getrlimit(99, &old));
  CALL(syscall(SYS_getrlimit, RLIMIT_CORE, BAD));
  CALL(syscall(SYS_setrlimit, RLIMIT_CORE, BAD));
  CALL(prlimit(NO_PID, RLIMIT_CORE, NULL, NULL));
  CALL(syscall(SYS_prlimit64, 0, RLIMIT_CORE, BAD, NULL));
  run("RLIMIT_NOFILE", too_many_files);
  run("RLIMIT_FSIZE", file_size);
  return 0;
}

/* process_madvise(2): advice about another process's memory. */
#include "../check.h"
#include <sys/uio.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define ADVISE(fd, iov, n, advice, flags) CALL(syscall(SYS_process_madvise, fd, iov, n, advice, flags))

static char *p;
static void body(void) {
  mlock(p + 6 * P, P);
  munmap(p + 7 * P, P);
  raise(SIGSTOP);
}

int main(void) {
  p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  memset(p, 'x', 8 * P);
  pid_t pid = start(body);
  waitpid(pid, NULL, WUNTRACED);
  int fd = syscall(SYS_pidfd_open, pid, 0), file = open("/dev/null", O_RDONLY);
  struct iovec iov[] = {{p, P}, {p + 2 * P, 2 * P}, {p + 6 * P, P}, {p + 7 * P, P}};
  ADVISE(fd, iov, 2, MADV_COLD, 0);
  ADVISE(fd, iov, 2, MADV_WILLNEED, 0);
  ADVISE(fd, iov, 0, MADV_COLD, 0);
  ADVISE(fd, iov, 2, MADV_DONTNEED, 0);
  ADVISE(fd, iov, 2, MADV_DONTFORK, 0);
  ADVISE(fd, iov, 2, 999, 0);
  ADVISE(fd, iov, 2, MADV_COLD, 1);
  ADVISE(fd, iov, 1025, MADV_COLD, 0);
  ADVISE(fd, BAD, 2, MADV_COLD, 0);
  ADVISE(file, iov, 2, MADV_COLD, 0);
  ADVISE(NO_FD, iov, 2, MADV_COLD, 0);
  ADVISE(fd, iov, 3, MADV_COLD, 0);
  ADVISE(fd, iov + 2, 1, MADV_COLD, 0);
  ADVISE(fd, iov + 3, 1, MADV_COLD, 0);
  iov[0].iov_base = p + 1;
  ADVISE(fd, iov, 2, MADV_COLD, 0);
  if (fork() == 0) {
    iov[0].iov_base = p;
    CALL(setresuid(1000, 1000, 1000));
    ADVISE(fd, iov, 1, MADV_COLD, 0);
    _exit(0);
  }
  wait(NULL);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  ADVISE(fd, iov, 1, MADV_COLD, 0);
  return 0;
}

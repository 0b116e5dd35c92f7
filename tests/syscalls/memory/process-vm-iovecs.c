/* process_vm_readv(2) and process_vm_writev(2): many pieces on both sides, holes, limits. */
#include "../check.h"
#include <sys/uio.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *p;
static void body(void) {
  for (int i = 0; i < 4 * P; i++) p[i] = 'a' + i / P;
  munmap(p + 2 * P, P);
  mprotect(p + 3 * P, P, PROT_NONE);
  mprotect(p, P, PROT_READ);
  raise(SIGSTOP);
}

int main(void) {
  char buffer[64] = "";
  p = mmap(NULL, 4 * P, RW, ANON, -1, 0);
  pid_t pid = start(body);
  waitpid(pid, NULL, WUNTRACED);
  struct iovec to[] = {{buffer, 1}, {buffer + 1, 0}, {buffer + 1, 5}, {buffer + 6, 20}};
  struct iovec from[] = {{p + P - 2, 4}, {p, 0}, {p + 10, 3}, {p + 2 * P - 1, 3}};
  CALL(process_vm_readv(pid, to, 4, from, 3, 0));
  printf("%s\n", buffer);
  memset(buffer, 0, sizeof buffer);
  CALL(process_vm_readv(pid, to, 4, from, 4, 0));
  printf("%s\n", buffer);
  CALL(process_vm_readv(pid, to, 1, from, 3, 0));
  CALL(process_vm_readv(pid, to, 0, from, 3, 0));
  CALL(process_vm_readv(pid, to, 4, from, 0, 0));
  CALL(process_vm_readv(pid, to, 1025, from, 1, 0));
  CALL(process_vm_readv(pid, to, 1, from, 1025, 0));
  CALL(process_vm_readv(pid, BAD, 1, from, 1, 0));
  CALL(process_vm_readv(pid, to, 1, BAD, 1, 0));
  from[0] = (struct iovec){p + 2 * P, 1};
  CALL(process_vm_readv(pid, to, 1, from, 1, 0));
  from[0] = (struct iovec){p + 3 * P, 1};
  CALL(process_vm_readv(pid, to, 1, from, 1, 0));
  from[0] = (struct iovec){p, -1};
  CALL(process_vm_readv(pid, to, 1, from, 1, 0));
  from[0] = (struct iovec){p, 4};
  CALL(process_vm_writev(pid, to, 4, from, 1, 0));
  from[0] = (struct iovec){p + P, 4};
  to[0] = (struct iovec){"WXYZ", 4};
  CALL(process_vm_writev(pid, to, 1, from, 1, 0));
  to[0] = (struct iovec){buffer, 4};
  CALL(process_vm_readv(pid, to, 1, from, 1, 0));
  printf("%.4s, here %d\n", buffer, p[P]);
  to[0] = (struct iovec){BAD, 4};
  CALL(process_vm_readv(pid, to, 1, from, 1, 0));
  CALL(process_vm_writev(pid, to, 1, from, 1, 0));
  CALL(process_vm_readv(getpid(), &(struct iovec){buffer, 4}, 1, &(struct iovec){"self", 4}, 1, 0));
  printf("%.4s\n", buffer);
  CALL(process_vm_readv(-1, to, 1, from, 1, 0));
  if (fork() == 0) {
    CALL(setresuid(1000, 1000, 1000));
    CALL(process_vm_readv(pid, &(struct iovec){buffer, 4}, 1, from, 1, 0));
    CALL(process_vm_readv(getpid(), &(struct iovec){buffer, 4}, 1, &(struct iovec){"self", 4}, 1, 0));
    _exit(0);
  }
  wait(NULL);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  CALL(process_vm_readv(pid, &(struct iovec){buffer, 4}, 1, from, 1, 0));
  return 0;
}

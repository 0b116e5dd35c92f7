/* vfork(2), CLONE_VM and threads: one address space, and its changes are everybody's. */
#include "../check.h"
#include <pthread.h>
#include <sched.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *volatile p, *volatile first;
static char stack[64 * 1024];
static int body(void *arg) {
  (void)arg;
  p[0]++;
  p = mmap(NULL, P, RW, ANON, -1, 0);
  p[0] = 40;
  return 0;
}
static void *thread(void *arg) {
  body(arg);
  sbrk(P);
  return NULL;
}

int main(void) {
  first = p = mmap(NULL, P, RW, ANON, -1, 0);
  pid_t pid = vfork();
  if (pid == 0) {
    body(NULL);
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  printf("vfork: %d %d\n", first[0], p[0]);
  first = p;
  pid = clone(body, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
  waitpid(pid, NULL, 0);
  printf("clone: %d %d\n", first[0], p[0]);
  first = p;
  pid = clone(body, stack + sizeof stack, SIGCHLD, NULL);
  waitpid(pid, NULL, 0);
  printf("without CLONE_VM: %d, the same %d\n", first[0], p == first);
  pthread_t t;
  void *before = sbrk(0);
  pthread_create(&t, NULL, thread, NULL);
  pthread_join(t, NULL);
  printf("thread: %d %d, heap grown %d\n", first[0], p[0], sbrk(0) > before);
  if (fork() == 0) {
    munmap(p, P);
    _exit(0);
  }
  wait(NULL);
  printf("%d\n", p[0]);
  return 0;
}

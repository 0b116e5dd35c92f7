/* PR_SET_PDEATHSIG: when the thread that made the child ends; not inherited; cleared by set-user-ID changes. */
#include "../check.h"
#include <pthread.h>
static int ends[2];
static void note(int signo) { if (write(ends[1], signo == SIGUSR1 ? "1" : "?", 1) != 1) _exit(1); }
static pid_t child;
static void *thread(void *arg) {
  int ready[2];
  char c;
  if (pipe(ready)) return arg;
  child = fork();
  if (child == 0) {
    on_signal(SIGUSR1, note, 0);
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    if (write(ready[1], "r", 1) != 1) _exit(1);
    for (;;) pause();
  }
  if (read(ready[0], &c, 1) != 1) return arg;
  return arg;
}
static void inherits(void) {
  int signo = -1;
  prctl(PR_SET_PDEATHSIG, SIGUSR2);
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_GET_PDEATHSIG, &signo);
    printf("after fork %d\n", signo);
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  CALL(setresuid(7, 7, 7));
  prctl(PR_GET_PDEATHSIG, &signo);
  printf("after setresuid %d\n", signo);
}
int main(void) {
  if (pipe(ends)) return 1;
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  pthread_join(t, NULL);
  char c = 0;
  CALL(read(ends[0], &c, 1)); /* The thread has ended, the process has not. */
  printf("%c\n", c);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  run("inherits", inherits);
  return 0;
}

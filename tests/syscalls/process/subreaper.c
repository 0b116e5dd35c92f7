/* PR_SET_CHILD_SUBREAPER: orphans come to the nearest; fork does not inherit it; zombies come as well. */
#include "../check.h"
static pid_t top;
static int ends[2];
static void grandchild(void) {
  char c;
  close(ends[1]);
  if (read(ends[0], &c, 1) < 0) _exit(1);
  _exit(getppid() == top ? 41 : 42);
}
static void middle(void) {
  int is = -1;
  prctl(PR_GET_CHILD_SUBREAPER, &is);
  printf("inherited %d\n", is);
  if (fork() == 0) grandchild();
  if (fork() == 0) _exit(43); /* A zombie when its parent ends. */
  sleep_ms(20);
}
static void note(int signo) { printf("%s\n", sigabbrev_np(signo)); }
int main(void) {
  top = getpid();
  if (pipe(ends)) return 1;
  CALL(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
  int is = -1;
  CALL(prctl(PR_GET_CHILD_SUBREAPER, &is, 0, 0, 0));
  CALL(is);
  run("middle", middle);
  int status;
  CALL(waitpid(-1, &status, 0) > 0);
  show_status("zombie", status);
  on_signal(SIGCHLD, note, SA_RESTART);
  close(ends[1]);
  CALL(waitpid(-1, &status, 0) > 0);
  show_status("grandchild", status);
  CALL(waitpid(-1, &status, 0));
  CALL(prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0));
  return 0;
}

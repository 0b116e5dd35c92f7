/* setpgid(2): who may move whom where. */
#include "../check.h"
static int ends[2];
static void waits(void) { for (;;) pause(); }
static void leads_session(void) { setsid(); waits(); }
static void execs(void) { execl("/bin/sleep", "sleep", "5", NULL); }
static void grandparent(void) {
  pid_t pid = fork();
  if (pid == 0) {
    pid_t deep = fork();
    if (deep == 0) { alarm(3); waits(); }
    if (write(ends[1], &deep, sizeof deep) < 0) _exit(1);
    waits();
  }
  pid_t deep;
  if (read(ends[0], &deep, sizeof deep) < 0) _exit(1);
  CALL(setpgid(deep, deep)); /* A grandchild. */
  kill(deep, SIGKILL);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}
int main(void) {
  if (pipe(ends)) return 1;
  run("grandchild", grandparent);
  pid_t a = start(waits), b = start(waits), s = start(leads_session), e = start(execs);
  sleep_ms(50);
  CALL(setpgid(s, s));
  CALL(setpgid(s, a));
  CALL(setpgid(e, e));
  CALL(setpgid(a, b)); /* No such group. */
  CALL(setpgid(a, 0));
  CALL(setpgid(b, a));
  CALL(getpgid(b) == a);
  CALL(setpgid(a, getpgrp()));
  CALL(setpgid(b, s)); /* Another session's. */
  CALL(setpgid(b, b));
  CALL(setpgid(0, b));
  CALL(getpgrp() == b);
  CALL(setpgid(0, 0));
  CALL(setsid());
  CALL(getsid(s) == s);
  CALL(getpgid(s) == s);
  kill(a, SIGKILL), kill(b, SIGKILL), kill(s, SIGKILL), kill(e, SIGKILL);
  while (wait(NULL) > 0) {}
  CALL(setpgid(0, b)); /* The group is gone. */
  return 0;
}

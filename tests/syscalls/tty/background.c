/* A background process that uses its terminal: SIGTTIN, SIGTTOU, TOSTOP, ignored, blocked, orphaned. */
#include "tty.h"
static char c;
static void background(void) { setpgid(0, 0); }
static void reads(void) { background(); CALL(read(slave, &c, 1)); }
static void reads_ignored(void) { signal(SIGTTIN, SIG_IGN); reads(); }
static void reads_caught(void) { on_signal(SIGTTIN, note, 0); reads(); show_got("reader"); }
static void block(int signo) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signo);
  sigprocmask(SIG_BLOCK, &set, NULL);
}
static void reads_blocked(void) { block(SIGTTIN); reads(); }
static void writes(void) { background(); CALL(write(slave, "w", 1)); }
static void writes_ignored(void) { signal(SIGTTOU, SIG_IGN); writes(); }
static void writes_blocked(void) { block(SIGTTOU); writes(); }
static void writes_caught(void) { on_signal(SIGTTOU, note, 0); writes(); show_got("writer"); }
static void sets(void) {
  struct termios t;
  background();
  CALL(tcgetattr(slave, &t));
  CALL(tcsetattr(slave, TCSANOW, &t));
}
static void sets_ignored(void) { signal(SIGTTOU, SIG_IGN); sets(); }
static void foreground(void) { background(); CALL(tcsetpgrp(slave, getpgrp())); }
static void foreground_blocked(void) { block(SIGTTOU); foreground(); CALL(tcgetpgrp(slave) == getpid()); }
static void watch(const char *who, void (*body)(void)) {
  int status;
  tcsetpgrp(slave, getpgrp());
  pid_t pid = start(body);
  waitpid(pid, &status, WUNTRACED);
  show_status(who, status);
  if (!WIFSTOPPED(status)) return;
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
}
static void orphan(void) {
  pid_t pid = fork();
  int ends[2];
  if (pid != 0) { waitpid(pid, NULL, 0); sleep_ms(80); return; }
  if (pipe(ends)) _exit(1);
  pid = fork();
  if (pid == 0) {
    setpgid(0, 0);
    close(ends[1]);
    if (read(ends[0], &c, 1) != 0) _exit(1); /* Until the parent has ended. */
    CALL(read(slave, &c, 1));
    CALL(tcsetpgrp(slave, getpgrp()));
    _exit(0);
  }
  setpgid(pid, pid);
  _exit(0);
}
static void leader(void) {
  take_terminal();
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(slave, getpgrp());
  signal(SIGTTOU, SIG_DFL);
  struct termios t;
  watch("reads", reads);
  watch("reads, ignored", reads_ignored);
  watch("reads, blocked", reads_blocked);
  watch("reads, caught", reads_caught);
  watch("writes", writes);
  tcgetattr(slave, &t);
  t.c_lflag |= TOSTOP;
  tcsetattr(slave, TCSANOW, &t);
  watch("writes, tostop", writes);
  watch("writes, ignored", writes_ignored);
  watch("writes, blocked", writes_blocked);
  watch("writes, caught", writes_caught);
  watch("sets", sets);
  watch("sets, ignored", sets_ignored);
  watch("takes foreground", foreground);
  watch("takes foreground, blocked", foreground_blocked);
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(slave, getpgrp());
  orphan();
}
int main(void) {
  open_pty();
  run("leader", leader);
  return 0;
}

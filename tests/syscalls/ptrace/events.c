/* PTRACE_O_TRACE*: children that are traced from their first instruction, exec, exit; PTRACE_SEIZE, PTRACE_INTERRUPT. */
#include "trace.h"
#include <pthread.h>

static void *thread(void *arg) { return arg; }

static void tracee(const char *self) {
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  raise(SIGSTOP);
  pid_t pid = fork();
  if (pid == 0) _exit(7);
  waitpid(pid, NULL, 0);
  pid = vfork();
  if (pid == 0) _exit(8);
  waitpid(pid, NULL, 0);
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  pthread_join(t, NULL);
  execl(self, self, "again", NULL);
  _exit(9);
}

/* Lets `pid` and all its children go on until everything has ended; prints what the first process does. */
static void follow(pid_t pid, int request) {
  for (;;) {
    int status;
    pid_t got = waitpid(-1, &status, __WALL);
    if (got < 0) break;
    const char *who = got == pid ? "first" : "child";
    unsigned long message = 0;
    int signo = 0;
    if (WIFSTOPPED(status)) {
      ptrace(PTRACE_GETEVENTMSG, got, 0, &message);
      int event = status >> 16;
      if (got == pid || event != 0) {
        int plain = event >= PTRACE_EVENT_EXEC;
        if (event == PTRACE_EVENT_VFORK_DONE) plain = 0;
        printf("%s stopped %s event %d message %s\n", who, sigabbrev_np(WSTOPSIG(status) & 0x7f), event,
               event == PTRACE_EVENT_EXEC ? (message == (unsigned long)pid ? "own" : "other") : plain ? "" : "a child");
        if (event == PTRACE_EVENT_EXIT) printf("  status %lx\n", message);
      }
      if (event == 0) signo = WSTOPSIG(status) & 0x7f;
      if (signo == SIGTRAP || signo == SIGSTOP) signo = 0;
      ptrace(request, got, 0, (long)signo);
    } else if (WIFEXITED(status)) {
      if (got == pid) printf("%s exited %d\n", who, WEXITSTATUS(status));
    } else printf("%s killed %s\n", who, sigabbrev_np(WTERMSIG(status)));
  }
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IONBF, 0);
  if (argc > 1) return 10;
  pid_t pid = fork();
  if (pid == 0) tracee(argv[0]);
  show_wait("begin", pid);
  CALL(ptrace(PTRACE_SETOPTIONS, pid, 0,
              PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEVFORKDONE |
                  PTRACE_O_TRACEEXIT));
  CALL(ptrace(PTRACE_CONT, pid, 0, 0));
  follow(pid, PTRACE_CONT);

  pid = fork();
  if (pid == 0) {
    for (;;) pause();
  }
  CALL(ptrace(PTRACE_SEIZE, pid, 1, 0));
  CALL(ptrace(PTRACE_SEIZE, pid, 0, 0x40000000));
  CALL(ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD));
  CALL(ptrace(PTRACE_SEIZE, pid, 0, 0));
  CALL(ptrace(PTRACE_CONT, pid, 0, 0));
  CALL(ptrace(PTRACE_INTERRUPT, pid, 0, 0));
  show_wait("interrupt", pid);
  char line[64], path[40];
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *file = fopen(path, "r");
  while (fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, "State", 5) == 0) printf("%s", line);
    if (strncmp(line, "TracerPid", 9) == 0) printf("TracerPid mine %d\n", atoi(line + 10) == getpid());
  }
  fclose(file);
  CALL(ptrace(PTRACE_CONT, pid, 0, 0));
  kill(pid, SIGSTOP);
  show_wait("stop signal", pid);
  CALL(ptrace(PTRACE_CONT, pid, 0, SIGSTOP));
  show_wait("group stop", pid);
  CALL(ptrace(PTRACE_LISTEN, pid, 0, 0));
  CALL(ptrace(PTRACE_CONT, pid, 0, 0));
  kill(pid, SIGCONT);
  show_wait("continued", pid);
  CALL(ptrace(PTRACE_CONT, pid, 0, 0));
  show_wait("SIGCONT", pid);
  CALL(ptrace(PTRACE_DETACH, pid, 0, SIGTERM));
  show_wait("end", pid);

  CALL(ptrace(PTRACE_ATTACH, getpid(), 0, 0));
  CALL(ptrace(PTRACE_ATTACH, 999999, 0, 0));
  CALL(ptrace(9999, 1, 0, 0));
  pid = fork();
  if (pid == 0) {
    sleep(100);
    _exit(0);
  }
  CALL(ptrace(PTRACE_ATTACH, pid, 0, 0));
  show_wait("attached", pid);
  CALL(ptrace(9999, pid, 0, 0));
  CALL(ptrace(PTRACE_INTERRUPT, pid, 0, 0));
  CALL(ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_EXITKILL));
  kill(pid, SIGKILL);
  show_wait("killed", pid);
}

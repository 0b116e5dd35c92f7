/* How tracing ends: the tracer dies, kills or lets go; signals that it drops or changes; waitid(2); who reaps whom. */
#include "trace.h"
#include <pthread.h>

static void *forever(void *arg) {
  for (;;) usleep(1000);
  return arg;
}

static pid_t begin(void (*body)(void)) {
  pid_t pid = fork();
  if (pid == 0) {
    body();
    _exit(8);
  }
  return pid;
}

static int gate[2];

static void wait_at_gate(void) {
  char byte;
  close(gate[1]);
  int n = read(gate[0], &byte, 1);
  _exit(n == 1 ? 6 : 5);
}
static void wait_forever(void) { forever(NULL); }
static void be_many(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, forever, NULL);
  pthread_create(&thread, NULL, forever, NULL);
  forever(NULL);
}
static void write_byte(void) {
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  raise(SIGSTOP);
  _exit(write(gate[1], "y", 1) == 1 ? 7 : 5);
}
static void raise_usr1(void) {
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  raise(SIGUSR1);
}
static void have_child(void) {
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  raise(SIGSTOP);
  int status;
  if (fork() == 0) _exit(3);
  wait(&status);
  _exit(WEXITSTATUS(status) + 20);
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  int status;
  if (pipe(gate) != 0) return 1;
  pid_t tracee = begin(wait_at_gate);
  pid_t tracer = fork();
  if (tracer == 0) {
    ptrace(PTRACE_ATTACH, tracee, 0, 0);
    waitpid(tracee, &status, __WALL);
    ptrace(PTRACE_SYSCALL, tracee, 0, 0);
    waitpid(tracee, &status, __WALL);
    _exit(0);
  }
  show_wait("a tracer dies", tracer);
  if (write(gate[1], "x", 1) != 1) return 1;
  show_wait("its tracee goes on", tracee);

  tracee = begin(wait_forever);
  tracer = fork();
  if (tracer == 0) _exit(ptrace(PTRACE_SEIZE, tracee, 0, PTRACE_O_EXITKILL) == 0 ? 0 : 1);
  show_wait("one with EXITKILL dies", tracer);
  show_wait("its tracee", tracee);

  tracee = begin(write_byte);
  show_wait("begin", tracee);
  do {
    ptrace(PTRACE_SYSCALL, tracee, 0, 0);
    waitpid(tracee, &status, 0);
  } while (registers(tracee).orig_rax != SYS_write);
  CALL(ptrace(PTRACE_DETACH, tracee, 0, 0));
  char byte;
  CALL(read(gate[0], &byte, 1));
  show_wait("let go at a call's beginning", tracee);

  tracee = begin(be_many);
  usleep(100000);
  CALL(ptrace(PTRACE_ATTACH, tracee, 0, 0));
  show_wait("one of three threads", tracee);
  CALL(ptrace(PTRACE_KILL, tracee, 0, 0));
  show_wait("PTRACE_KILL", tracee);
  show_wait("again", tracee);

  tracee = begin(raise_usr1);
  show_wait("SIGUSR1", tracee);
  ptrace(PTRACE_CONT, tracee, 0, 0L);
  show_wait("dropped", tracee);
  tracee = begin(raise_usr1);
  show_wait("SIGUSR1", tracee);
  ptrace(PTRACE_CONT, tracee, 0, (long)SIGTERM);
  show_wait("changed", tracee);

  tracee = begin(have_child);
  show_wait("begin", tracee);
  ptrace(PTRACE_SETOPTIONS, tracee, 0, PTRACE_O_TRACEFORK);
  ptrace(PTRACE_CONT, tracee, 0, 0L);
  for (int seen = 0; seen < 2;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (WIFEXITED(status)) {
      printf("%s exited %d\n", pid == tracee ? "parent" : "child", WEXITSTATUS(status));
      seen++;
    } else ptrace(PTRACE_CONT, pid, 0, (long)(WSTOPSIG(status) == SIGCHLD ? SIGCHLD : 0));
  }

  tracee = begin(raise_usr1);
  siginfo_t info = {0};
  CALL(waitid(P_PID, tracee, &info, WSTOPPED | WNOWAIT));
  printf("code %d status %d\n", info.si_code, info.si_status);
  info.si_pid = 0;
  CALL(waitid(P_PID, tracee, &info, WEXITED | WNOHANG));
  printf("a stop is told of, asked for or not: %d\n", info.si_pid == tracee);
  kill(tracee, SIGKILL);
  show_wait("end", tracee);
}

/* Stops: SIGKILL and stopped processes, signals that wait meanwhile, threads, WUNTRACED twice, SIGCONT caught. */
#include "../check.h"
#include <pthread.h>
static void waits(void) { for (;;) pause(); }
static volatile int counter;
static int *shared;
static void *counts(void *arg) { for (;;) { (*shared)++; sleep_ms(1); } return arg; }
static void counting(void) {
  pthread_t t;
  pthread_create(&t, NULL, counts, NULL);
  waits();
}
static void note(int signo) { printf("handler %s\n", sigabbrev_np(signo)); }
static void catches(void) {
  on_signal(SIGCONT, note, 0);
  on_signal(SIGUSR1, note, 0);
  raise(SIGSTOP);
  printf("after the stop\n");
  _exit(5);
}
static void blocks_cont(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCONT);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGSTOP);
  sigpending(&set);
  printf("CONT pending %d\n", sigismember(&set, SIGCONT));
  _exit(6);
}
int main(void) {
  int status;
  shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pid = start(waits);
  kill(pid, SIGSTOP);
  waitpid(pid, &status, WUNTRACED);
  kill(pid, SIGTERM); /* Waits for SIGCONT. */
  sleep_ms(20);
  CALL(waitpid(pid, &status, WNOHANG));
  kill(pid, SIGSTOP); /* Stopped already: nothing new. */
  CALL(waitpid(pid, &status, WUNTRACED | WNOHANG));
  kill(pid, SIGCONT);
  waitpid(pid, &status, 0);
  show_status("terminated", status);
  pid = start(waits);
  kill(pid, SIGSTOP);
  waitpid(pid, &status, WUNTRACED);
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
  show_status("killed while stopped", status);
  pid = start(counting);
  while (*shared < 3) sleep_ms(1);
  kill(pid, SIGSTOP);
  waitpid(pid, &status, WUNTRACED);
  show_status("threads", status);
  int before = *shared;
  sleep_ms(30);
  printf("all stand still %d\n", *shared == before);
  kill(pid, SIGCONT);
  while (*shared == before) sleep_ms(1);
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
  pid = start(catches);
  waitpid(pid, &status, WUNTRACED);
  kill(pid, SIGUSR1);
  kill(pid, SIGCONT);
  waitpid(pid, &status, 0);
  show_status("catches", status);
  pid = start(blocks_cont);
  waitpid(pid, &status, WUNTRACED);
  kill(pid, SIGCONT);
  waitpid(pid, &status, 0);
  show_status("blocks", status);
  return 0;
}

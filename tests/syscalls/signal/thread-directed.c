/* Signals to a process and to one of its threads: who takes them, who has them pending. */
#include "../check.h"
#include <pthread.h>
static __thread int who;
static volatile int ready, go, taken_by = -1;
static pid_t tid;
static void note(int signo) { (void)signo; taken_by = who; }
static int pending(int signo) {
  sigset_t set;
  sigpending(&set);
  return sigismember(&set, signo);
}
static void *thread(void *arg) {
  who = 1;
  tid = gettid();
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  ready = 1;
  while (!go) sleep_ms(1);
  printf("thread: USR1 %d USR2 %d\n", pending(SIGUSR1), pending(SIGUSR2));
  ready = 2;
  while (go != 2) sleep_ms(1);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  return arg;
}
int main(void) {
  on_signal(SIGUSR1, note, SA_RESTART);
  on_signal(SIGUSR2, note, SA_RESTART);
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  while (!ready) sleep_ms(1);
  kill(getpid(), SIGUSR1); /* Blocked there, so it comes here. */
  printf("taken by %d\n", taken_by);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  taken_by = -1;
  kill(getpid(), SIGUSR1);
  CALL(syscall(SYS_tgkill, getpid(), tid, SIGUSR2));
  CALL(syscall(SYS_tgkill, getpid() + 1, tid, SIGUSR2));
  printf("main: USR1 %d USR2 %d\n", pending(SIGUSR1), pending(SIGUSR2));
  go = 1;
  while (ready != 2) sleep_ms(1);
  go = 2;
  pthread_join(t, NULL);
  printf("taken by %d, main: USR1 %d USR2 %d\n", taken_by, pending(SIGUSR1), pending(SIGUSR2));
  return 0;
}

/* Processes and threads that shower each other with signals, and handlers that send more. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t handled;
static void more(int signo) {
  handled++;
  if (handled < 20000) {
    kill(getpid(), signo);
    kill(getppid(), SIGCONT);
  }
}
static void *shower(void *argument) {
  union sigval value = {.sival_int = 1};
  for (int i = 0; i < 5000; i++) {
    sigqueue(getpid(), SIGRTMIN + i % 10, value);
    kill(0, SIGURG);
  }
  return argument;
}

int main(void) {
  struct sigaction action = {.sa_handler = more, .sa_flags = SA_NODEFER};
  setpgid(0, 0);
  for (int i = 0; i < 4; i++)
    if (fork() == 0) {
      pthread_t threads[3];
      for (int n = 1; n <= SIGRTMAX; n++)
        if (n != SIGSEGV && n != SIGABRT) sigaction(n, &action, NULL);
      action.sa_flags = 0;
      sigaction(SIGUSR1, &action, NULL);
      kill(getpid(), SIGUSR1);
      for (int n = 0; n < 3; n++) pthread_create(&threads[n], NULL, shower, NULL);
      for (int n = 0; n < 3; n++) pthread_join(threads[n], NULL);
      _exit(0);
    }
  signal(SIGURG, SIG_IGN);
  while (wait(NULL) > 0) {
  }
  printf("alive\n");
  return 0;
}

/* Starts processes and threads without end. argument: "count" waits at the limit and says what it was; else never ends. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void *wait_for_ever(void *argument) {
  for (;;) pause();
  return argument;
}

int main(int argc, char **argv) {
  int processes = 0, threads = 0, error;
  pthread_t thread;
  pthread_attr_t small;
  if (argc < 2)
    for (;;) fork();
  signal(SIGCHLD, SIG_IGN);
  for (; processes < 10; processes++)
    if (fork() == 0) wait_for_ever(argv);
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 16384);
  while ((error = pthread_create(&thread, &small, wait_for_ever, NULL)) == 0) threads++;
  printf("%d threads beside %d processes, then %s\n", threads, processes, strerrorname_np(error));
  pid_t last = fork();
  printf("fork: %s\n", last < 0 ? strerrorname_np(errno) : "no limit");
  fflush(stdout);
  _exit(0);
}

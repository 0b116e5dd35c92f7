/* mq_notify(3) by signal: once, only for an empty queue, one process at a time. */
#include "../check.h"
#include <mqueue.h>

static mqd_t q;

static void told(int signo, siginfo_t *info, void *context) {
  (void)context;
  printf("signal %d: code %d value %d from me %d\n", signo - SIGRTMIN, info->si_code, info->si_value.sival_int,
         info->si_pid == getpid());
}

static void other(void) {
  struct sigevent event = {.sigev_notify = SIGEV_NONE};
  CALL(mq_notify(q, &event));
  CALL(mq_notify(q, NULL)); /* Not its own: nothing happens. */
}

static void show(const char *when) {
  char text[100] = "";
  CALL(lseek(q, 0, SEEK_SET));
  ssize_t n = read(q, text, sizeof text - 1);
  char *pid = strstr(text, "NOTIFY_PID");
  if (pid) *pid = 0;
  printf("%s: %zd %s\n", when, n, text);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = told, .sa_flags = SA_SIGINFO};
  sigaction(SIGRTMIN + 1, &action, NULL);
  mq_unlink("/kernelet-n");
  q = mq_open("/kernelet-n", O_RDWR | O_CREAT, 0600, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1, .sigev_value.sival_int = 42};
  CALL(mq_notify(q, NULL));
  CALL(mq_notify(NO_FD, &event));
  CALL(mq_notify(0, &event));
  event.sigev_notify = 77;
  CALL(mq_notify(q, &event));
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = 100;
  CALL(mq_notify(q, &event));
  event.sigev_signo = SIGRTMIN + 1;
  show("before");
  CALL(mq_notify(q, &event));
  show("registered");
  CALL(mq_notify(q, &event));
  run("other", other);
  CALL(mq_send(q, "first", 5, 0));
  CALL(mq_send(q, "second", 6, 0));
  show("told");
  CALL(mq_notify(q, &event));
  CALL(mq_send(q, "not empty", 9, 0));
  show("not told");
  CALL(mq_notify(q, NULL));
  show("removed");
  event.sigev_notify = SIGEV_NONE;
  CALL(mq_notify(q, &event));
  int copy = dup(q);
  CALL(close(copy)); /* Gives the notification up. */
  CALL(mq_notify(q, &event));
  CALL(mq_unlink("/kernelet-n"));
  return 0;
}

/* Waiting at message queues: full and empty, IPC_RMID, signals, a buffer that is too small. */
#include "../check.h"
#include <sys/msg.h>

static int id;
static struct {
  long type;
  char text[8192];
} m = {1, "x"};

/* When they have been told, the others are told in turn. */
static void receives(void) {
  ssize_t n = msgrcv(id, &m, 100, 2, 0);
  int error = errno;
  sleep_ms(150);
  printf("receiver: %zd %s\n", n, n < 0 ? strerrorname_np(error) : "");
}
static void receives_less(void) {
  ssize_t n = msgrcv(id, &m, 1, 2, 0);
  int error = errno;
  sleep_ms(50);
  printf("small: %zd %s\n", n, n < 0 ? strerrorname_np(error) : "");
}
static void sends(void) {
  int result = msgsnd(id, &m, 10, 0);
  int error = errno;
  sleep_ms(50);
  printf("sender: %d %s\n", result, result < 0 ? strerrorname_np(error) : "");
}
static void nothing(int signo) { (void)signo; }

static void finish(const char *who, pid_t pid) {
  int status;
  waitpid(pid, &status, 0);
  show_status(who, status);
}

int main(void) {
  id = msgget(IPC_PRIVATE, 0600);
  pid_t small = start(receives_less);
  sleep_ms(50);
  pid_t good = start(receives);
  sleep_ms(50);
  m.type = 1;
  CALL(msgsnd(id, &m, 5, 0));
  m.type = 2;
  CALL(msgsnd(id, &m, 5, 0)); /* The first hears E2BIG, the second gets it. */
  finish("small", small);
  finish("good", good);
  CALL(msgrcv(id, &m, 100, 0, IPC_NOWAIT));
  /* Full by bytes. */
  m.type = 1;
  CALL(msgsnd(id, &m, 8192, 0));
  CALL(msgsnd(id, &m, 8192, 0));
  CALL(msgsnd(id, &m, 1, IPC_NOWAIT));
  CALL(msgsnd(id, &m, 0, IPC_NOWAIT));
  pid_t sender = start(sends);
  sleep_ms(50);
  CALL(msgrcv(id, &m, 8192, 0, 0));
  finish("sender", sender);
  struct msqid_ds ds;
  CALL(msgctl(id, IPC_STAT, &ds));
  ds.msg_qbytes = 10;
  CALL(msgctl(id, IPC_SET, &ds));
  CALL(msgsnd(id, &m, 1, IPC_NOWAIT));
  /* Signals. */
  on_signal(SIGALRM, nothing, SA_RESTART);
  ualarm(20000, 0);
  CALL(msgsnd(id, &m, 1, 0));
  ualarm(20000, 0);
  CALL(msgrcv(id, &m, 1, 99, 0));
  /* Removal. */
  good = start(receives);
  sender = start(sends);
  sleep_ms(50);
  CALL(msgctl(id, IPC_RMID, NULL));
  sleep_ms(50);
  finish("receiver", good);
  finish("sender", sender);
  return 0;
}

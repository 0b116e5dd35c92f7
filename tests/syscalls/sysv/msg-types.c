/* Which message msgrcv(2) takes: by type, the lowest, all but one, by place; cut to size. */
#include "../check.h"
#include <sys/msg.h>

static int id;
static struct {
  long type;
  char text[100];
} m;

static void send(long type, const char *text) {
  m.type = type;
  strcpy(m.text, text);
  CALL(msgsnd(id, &m, strlen(text) + 1, 0));
}

static void take(size_t size, long type, int flags) {
  memset(&m, 0, sizeof m);
  ssize_t n = msgrcv(id, &m, size, type, flags | IPC_NOWAIT);
  if (n < 0) printf("%ld: %s\n", type, strerrorname_np(errno));
  else printf("%ld: %zd bytes of %ld, %.*s\n", type, n, m.type, (int)n, m.text);
}

int main(void) {
  id = msgget(IPC_PRIVATE, 0600);
  send(5, "five");
  send(3, "three");
  send(7, "seven");
  send(3, "three again");
  send(9, "");
  take(100, 1, MSG_COPY);
  take(100, 4, MSG_COPY);
  take(100, 5, MSG_COPY);
  take(2, 0, MSG_COPY);
  take(2, 0, MSG_COPY | MSG_NOERROR);
  take(100, 7, 0);
  take(100, 7, 0);
  take(100, -2, 0);
  take(100, -6, 0);
  take(100, 5, MSG_EXCEPT);
  take(3, 0, 0);
  take(3, 0, MSG_NOERROR);
  take(0, 0, 0);
  take(0, 0, 0);
  send(1L << 62, "far");
  take(100, -__LONG_MAX__ - 1, 0);
  struct msqid_ds ds;
  CALL(msgctl(id, IPC_STAT, &ds));
  printf("%d messages, %d of %d bytes, sent %d received %d\n", (int)ds.msg_qnum, (int)ds.__msg_cbytes,
         (int)ds.msg_qbytes, ds.msg_lspid == getpid(), ds.msg_lrpid == getpid());
  CALL(msgctl(id, IPC_RMID, NULL));
  return 0;
}

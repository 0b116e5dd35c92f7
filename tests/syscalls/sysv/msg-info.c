/* msgctl(2): IPC_INFO, MSG_INFO, MSG_STAT, limits; /proc/sysvipc/msg. */
#include "../check.h"
#include <sys/msg.h>

int main(void) {
  struct msginfo limits, before, after;
  DONE(msgctl(0, IPC_INFO, (void *)&limits));
  printf("%d %d %d %d %d %d %d %d\n", limits.msgpool, limits.msgmap, limits.msgmax, limits.msgmnb, limits.msgmni,
         limits.msgssz, limits.msgtql, limits.msgseg);
  DONE(msgctl(0, MSG_INFO, (void *)&before));
  int id = msgget(0x4b4e0008, IPC_CREAT | 0606);
  struct {
    long type;
    char text[10];
  } m = {1, "x"};
  CALL(msgsnd(id, &m, 10, 0));
  int top = msgctl(0, MSG_INFO, (void *)&after);
  printf("%d %d %d\n", after.msgpool - before.msgpool, after.msgmap - before.msgmap, after.msgtql - before.msgtql);
  struct msqid_ds ds;
  CALL(msgctl(top + 1, MSG_STAT, &ds));
  CALL(msgctl(id % 32768, MSG_STAT, &ds) == id);
  CALL(msgctl(id % 32768, MSG_STAT_ANY, &ds) == id);
  CALL(ds.msg_qnum);
  CALL(ds.msg_stime != 0);
  CALL(ds.msg_rtime);
  ds.msg_qbytes = 1 << 20;
  CALL(seteuid(1000));
  CALL(msgctl(id, IPC_SET, &ds));
  FILE *list = fopen("/proc/sysvipc/msg", "r");
  char line[300];
  while (list && fgets(line, sizeof line, list)) {
    int key, number, perms, bytes, count;
    if (sscanf(line, "%d %d %o %d %d", &key, &number, &perms, &bytes, &count) == 5) {
      if (number == id) printf("%d %o %d %d\n", key, perms, bytes, count);
    } else if (strstr(line, "key")) fputs(line, stdout);
  }
  CALL(seteuid(0));
  CALL(msgctl(id, IPC_RMID, NULL));
  return 0;
}

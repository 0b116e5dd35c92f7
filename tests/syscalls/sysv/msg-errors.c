/* msgget(2), msgsnd(2), msgrcv(2), msgctl(2): what they refuse. */
#include "../check.h"
#include <sys/msg.h>

int main(void) {
  struct {
    long type;
    char text[9000];
  } m = {1, "text"};
  CALL(msgget(0x4b4e0007, 0));
  int id = msgget(0x4b4e0007, IPC_CREAT | IPC_EXCL | 0600);
  CALL(msgget(0x4b4e0007, IPC_CREAT | IPC_EXCL | 0600));
  CALL(msgget(0x4b4e0007, 0) == id);
  CALL(msgsnd(id, BAD, 4, 0));
  CALL(msgsnd(id, &m, 8193, 0));
  CALL(msgsnd(id, &m, -1, 0));
  CALL(msgsnd(-1, &m, 4, 0));
  CALL(msgsnd(id + 1, &m, 4, 0));
  CALL(msgsnd(id + 32768, &m, 4, 0));
  m.type = 0;
  CALL(msgsnd(id, &m, 4, 0));
  m.type = -1;
  CALL(msgsnd(id, &m, 4, 0));
  CALL(msgrcv(id, &m, 4, 0, IPC_NOWAIT));
  CALL(msgrcv(id, &m, -1, 0, IPC_NOWAIT));
  CALL(msgrcv(-1, &m, 4, 0, IPC_NOWAIT));
  CALL(msgrcv(id, &m, 4, 0, IPC_NOWAIT | MSG_COPY | MSG_EXCEPT));
  CALL(msgrcv(id, &m, 4, 0, MSG_COPY));
  CALL(msgrcv(id, &m, 4, 0, MSG_COPY | IPC_NOWAIT));
  m.type = 3;
  CALL(msgsnd(id, &m, 4, 0));
  CALL(msgrcv(id, &m, 3, 0, 0));
  CALL(msgrcv(id, &m, 3, 4, IPC_NOWAIT));
  CALL(msgrcv(id, BAD, 4, 0, 0)); /* It is lost. */
  CALL(msgrcv(id, &m, 4, 0, IPC_NOWAIT));
  struct msqid_ds ds;
  CALL(msgctl(id, IPC_STAT, BAD));
  CALL(msgctl(id, IPC_SET, BAD));
  CALL(msgctl(id, 99, &ds));
  CALL(msgctl(-1, IPC_STAT, &ds));
  CALL(msgctl(id, -3, &ds));
  CALL(msgctl(id, IPC_RMID, NULL));
  CALL(msgctl(id, IPC_RMID, NULL));
  CALL(msgsnd(id, &m, 4, 0));
  CALL(msgrcv(id, &m, 4, 0, IPC_NOWAIT));
  return 0;
}

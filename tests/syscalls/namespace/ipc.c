/* IPC namespaces: System V objects and message queues of one's own. */
#include "namespaces.h"
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

int main(void) {
  key_t key = 0x6b726e6c;
  CALL(unshare(CLONE_NEWIPC));
  int shm = DONE(shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600));
  DONE(msgget(key, IPC_CREAT | 0600));
  char *at = shmat(shm, NULL, 0);
  strcpy(at, "text");
  int outer = open("/proc/self/ns/ipc", O_RDONLY);
  mqd_t queue = mq_open("/kernelet-test", O_CREAT | O_RDWR, 0600, NULL);
  CALL(queue != -1);
  CALL(unshare(CLONE_NEWIPC));
  CALL(shmget(key, 4096, 0));
  CALL(msgget(key, 0));
  printf("%s\n", at); /* What is attached stays. */
  CALL(shmctl(shm, IPC_RMID, NULL));
  CALL(mq_open("/kernelet-test", O_RDWR));
  CALL(mq_send(queue, "x", 1, 0));
  int mine = DONE(shmget(key, 8192, IPC_CREAT | 0600));
  struct shmid_ds ds;
  CALL(shmctl(mine, IPC_STAT, &ds));
  CALL(ds.shm_segsz);
  CALL(setns(outer, CLONE_NEWIPC));
  CALL(shmctl(shm, IPC_STAT, &ds));
  CALL(ds.shm_segsz);
  CALL(ds.shm_nattch);
  CALL(mq_unlink("/kernelet-test"));
  return 0;
}

/* Who may use a System V object: modes, owner and maker, capabilities. */
#include "../check.h"
#include <grp.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static int shm, sem, msg;

static void as_user(void) {
  if (setgroups(0, NULL) || setgid(1000) || setuid(1000)) _exit(1);
  struct shmid_ds shmds;
  struct msqid_ds msgds;
  struct sembuf up = {0, 1, 0}, zero = {0, 0, IPC_NOWAIT};
  struct {
    long type;
    char text[4];
  } message = {1, "abc"};
  CALL(shmget(0x4b4e0004, 1, 0) == shm);
  CALL(shmget(0x4b4e0004, 1, 0444) == shm);
  CALL(shmget(0x4b4e0004, 1, 0600));
  CALL((long)shmat(shm, NULL, 0));
  CALL(shmat(shm, NULL, SHM_RDONLY) != (void *)-1);
  CALL((long)shmat(shm, NULL, SHM_RDONLY | SHM_EXEC));
  CALL(shmctl(shm, IPC_STAT, &shmds));
  CALL(shmctl(shm, IPC_SET, &shmds));
  CALL(shmctl(shm, IPC_RMID, NULL));
  CALL(shmctl(shm, SHM_LOCK, NULL));
  CALL(semget(0x4b4e0004, 1, 0200));
  CALL(semget(0x4b4e0004, 2, 0));
  CALL(semop(sem, &up, 1));
  CALL(semop(sem, &zero, 1));
  CALL(semctl(sem, 0, GETVAL));
  CALL(semctl(sem, 0, SETVAL, 1));
  CALL(semctl(sem, 0, SETVAL, 40000));
  CALL(semctl(sem, 0, IPC_RMID));
  CALL(msgget(0x4b4e0004, 0600));
  CALL(msgsnd(msg, &message, 3, 0));
  CALL(msgrcv(msg, &message, 3, 0, IPC_NOWAIT));
  CALL(msgctl(msg, IPC_STAT, &msgds));
  CALL(msgctl(msg, IPC_RMID, NULL));
}

static void as_maker(void) {
  if (setgroups(0, NULL) || setgid(1000) || setuid(1000)) _exit(1);
  int own = shmget(IPC_PRIVATE, 1, 0);
  CALL((long)shmat(own, NULL, SHM_RDONLY));
  struct shmid_ds ds = {.shm_perm = {.mode = 0600, .uid = 1, .gid = 1}};
  CALL(shmctl(own, IPC_SET, &ds));
  CALL(shmat(own, NULL, SHM_RDONLY) != (void *)-1);
  CALL(shmctl(own, IPC_RMID, NULL));
}

int main(void) {
  shm = shmget(0x4b4e0004, 100, IPC_CREAT | 0604);
  sem = semget(0x4b4e0004, 1, IPC_CREAT | 0604);
  msg = msgget(0x4b4e0004, IPC_CREAT | 0602);
  run("user", as_user);
  run("maker", as_maker);
  CALL(shmctl(shm, IPC_RMID, NULL));
  CALL(semctl(sem, 0, IPC_RMID));
  CALL(msgctl(msg, IPC_RMID, NULL));
  return 0;
}

/* shmget(2), shmat(2), shmdt(2), shmctl(2): what they refuse. */
#include "../check.h"
#include <sys/shm.h>

int main(void) {
  key_t key = 0x4b4e0001;
  CALL(shmget(key, 4096, 0600));
  CALL(shmget(IPC_PRIVATE, 0, IPC_CREAT | 0600));
  CALL(shmget(IPC_PRIVATE, (size_t)-1, IPC_CREAT | 0600));
  CALL(shmget(IPC_PRIVATE, (size_t)1 << 62, IPC_CREAT | 0600));
  int id = shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0600);
  CALL(shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0600));
  CALL(shmget(key, 5001, 0600));
  CALL(shmget(key, 8192, IPC_CREAT | 0600));
  CALL(shmget(key, 0, 0) == id);
  CALL(shmget(key, 1, 0777) == id);
  CALL((long)shmat(-1, NULL, 0));
  CALL((long)shmat(id + 1, NULL, 0));
  CALL((long)shmat(id + 32768, NULL, 0));
  CALL((long)shmat(id, (void *)0x10001, 0));
  CALL((long)shmat(id, NULL, SHM_REMAP));
  CALL((long)shmat(id, (void *)8, SHM_RND | SHM_REMAP));
  CALL(shmdt(NULL));
  CALL(shmdt((void *)1));
  char *at = shmat(id, NULL, 0);
  CALL(shmdt(at + 4096));
  CALL(shmdt(at + 1));
  CALL(shmdt(at));
  CALL(shmdt(at));
  struct shmid_ds ds;
  CALL(shmctl(-1, IPC_STAT, &ds));
  CALL(shmctl(id, IPC_STAT, BAD));
  CALL(shmctl(id, IPC_SET, BAD));
  CALL(shmctl(id, 99, &ds));
  CALL(shmctl(id, -1, &ds));
  CALL(shmctl(id + 32768, IPC_STAT, &ds));
  CALL(shmctl(id + 32768, IPC_RMID, NULL));
  CALL(shmctl(id, IPC_STAT, &ds));
  ds.shm_perm.uid = -1;
  CALL(shmctl(id, IPC_SET, &ds));
  CALL(shmctl(id, IPC_RMID, NULL));
  CALL(shmctl(id, IPC_RMID, NULL));
  CALL(shmctl(id, IPC_STAT, &ds));
  CALL((long)shmat(id, NULL, 0));
  return 0;
}

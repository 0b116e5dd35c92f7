/* Semaphores: values together or not at all, the same one twice in a call, GETPID, GETALL. */
#include "../check.h"
#include <sys/sem.h>

static int id;
static void show(void) {
  unsigned short values[3];
  semctl(id, 0, GETALL, values);
  printf("%d %d %d\n", values[0], values[1], values[2]);
}

int main(void) {
  id = semget(IPC_PRIVATE, 3, IPC_CREAT | 0600);
  show();
  CALL(semctl(id, 0, GETPID));
  unsigned short values[3] = {5, 0, 7};
  CALL(semctl(id, 0, SETALL, values));
  show();
  CALL(semctl(id, 1, GETPID) == getpid());
  struct sembuf all[3] = {{0, -5, IPC_NOWAIT}, {1, 0, IPC_NOWAIT}, {2, -8, IPC_NOWAIT}};
  CALL(semop(id, all, 3));
  show();
  all[2].sem_op = -7;
  CALL(semop(id, all, 3));
  show();
  struct sembuf twice[3] = {{0, 3, 0}, {0, -2, IPC_NOWAIT}, {0, -1, IPC_NOWAIT}};
  CALL(semop(id, twice, 3));
  show();
  struct sembuf order[2] = {{0, -1, IPC_NOWAIT}, {0, 1, 0}};
  CALL(semop(id, order, 2));
  struct sembuf range[2] = {{1, 1, 0}, {0, 32767, 0}};
  CALL(semop(id, range, 2));
  CALL(semop(id, range, 2));
  show();
  struct sembuf zero = {2, 0, 0};
  CALL(semop(id, &zero, 1));
  CALL(semctl(id, 0, GETNCNT));
  CALL(semctl(id, 0, GETZCNT));
  CALL(semctl(id, 0, IPC_RMID));
  return 0;
}

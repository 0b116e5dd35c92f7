/* semget(2), semop(2), semctl(2): what they refuse. */
#include "../check.h"
#include <sys/sem.h>

int main(void) {
  key_t key = 0x4b4e0005;
  CALL(semget(key, 1, 0));
  CALL(semget(IPC_PRIVATE, 0, IPC_CREAT));
  CALL(semget(IPC_PRIVATE, -1, IPC_CREAT));
  CALL(semget(IPC_PRIVATE, 32001, IPC_CREAT));
  int id = semget(key, 3, IPC_CREAT | 0600);
  CALL(semget(key, 4, 0));
  CALL(semget(key, 0, 0) == id);
  CALL(semget(key, 3, IPC_CREAT | IPC_EXCL));
  struct sembuf up = {0, 1, 0}, far = {3, 1, 0}, down = {0, -1, IPC_NOWAIT}, many[501] = {0};
  CALL(semop(id, &up, 0));
  CALL(semop(id, many, 501));
  CALL(semop(id, many, 500));
  CALL(semop(-1, &up, 1));
  CALL(semop(id + 1, &up, 1));
  CALL(semop(id + 32768, &up, 1));
  CALL(semop(id, &far, 1));
  CALL(semop(id, BAD, 1));
  CALL(semop(id, &down, 1));
  struct timespec bad = {0, 1000000000}, negative = {-1, 0}, none = {0, 0};
  CALL(semtimedop(id, &up, 1, &bad));
  CALL(semtimedop(id, &up, 1, &negative));
  CALL(semtimedop(id, &up, 1, BAD));
  down.sem_flg = 0;
  CALL(semtimedop(id, &down, 1, &none));
  CALL(semctl(id, 0, GETVAL));
  up.sem_op = 32767;
  CALL(semop(id, &up, 1));
  up.sem_op = 1;
  CALL(semop(id, &up, 1));
  CALL(semctl(id, 0, GETVAL));
  CALL(semctl(id, 3, GETVAL));
  CALL(semctl(id, -1, GETPID));
  CALL(semctl(id, 0, SETVAL, -1));
  CALL(semctl(id, 0, SETVAL, 32768));
  CALL(semctl(id, 7, SETVAL, 1));
  CALL(semctl(id, 0, SETALL, BAD));
  unsigned short values[3] = {1, 2, 40000};
  CALL(semctl(id, 0, SETALL, values));
  CALL(semctl(id, 0, GETALL, BAD));
  CALL(semctl(id, 0, 99));
  CALL(semctl(-1, 0, GETVAL));
  CALL(semctl(id, 0, IPC_STAT, BAD));
  CALL(semctl(id, 0, IPC_RMID));
  CALL(semctl(id, 0, IPC_RMID));
  CALL(semop(id, &up, 1));
  return 0;
}

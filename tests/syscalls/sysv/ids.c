/* Identifiers of System V objects come back late, and never as they were. */
#include "../check.h"
#include <sys/sem.h>

int main(void) {
  int first = semget(IPC_PRIVATE, 1, 0600);
  CALL(semctl(first, 0, IPC_RMID));
  int last = first, repeats = 0;
  for (int i = 0; i < 300; i++) {
    int id = semget(IPC_PRIVATE, 1, 0600);
    if (id == first || id == last) repeats++;
    last = id;
    semctl(id, 0, IPC_RMID);
  }
  CALL(repeats);
  int a = semget(IPC_PRIVATE, 1, 0600), b = semget(IPC_PRIVATE, 1, 0600);
  CALL(a != b);
  CALL(semctl(a, 0, IPC_RMID));
  CALL(semctl(a, 0, GETVAL));
  CALL(semctl(b, 0, GETVAL));
  CALL(semctl(b, 0, IPC_RMID));
  return 0;
}

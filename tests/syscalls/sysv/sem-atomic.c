/* Several semaphores at once: nobody takes one while the other is missing; waiting ops are not stolen from. */
#include "../check.h"
#include <sys/sem.h>

static int id;
static void both(void) {
  struct sembuf ops[2] = {{0, -1, 0}, {1, -1, 0}};
  int result = semop(id, ops, 2);
  sleep_ms(40);
  printf("both: %d\n", result);
}
static void waiting(int num, int count) {
  for (int i = 0; i < 1000 && semctl(id, num, GETNCNT) != count; i++) usleep(1000);
  printf("waiting at %d: %d\n", num, semctl(id, num, GETNCNT));
}

int main(void) {
  id = semget(IPC_PRIVATE, 2, 0600);
  pid_t child = start(both);
  waiting(0, 1);
  CALL(semctl(id, 0, SETVAL, 1));
  waiting(1, 1); /* It is the second that is missing now. */
  CALL(semctl(id, 0, GETNCNT));
  struct sembuf take = {0, -1, IPC_NOWAIT}, give = {0, 1, 0};
  CALL(semop(id, &take, 1)); /* What nobody holds may be taken. */
  CALL(semctl(id, 1, SETVAL, 1));
  waiting(0, 1);
  CALL(semop(id, &give, 1));
  waitpid(child, NULL, 0);
  CALL(semctl(id, 0, GETVAL));
  CALL(semctl(id, 1, GETVAL));
  CALL(semctl(id, 0, IPC_RMID));
  return 0;
}

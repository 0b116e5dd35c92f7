/* SEM_UNDO: at exit, over fork, for threads, with SETVAL, beyond the range. */
#include "../check.h"
#include <pthread.h>
#include <sys/sem.h>

static int id;

static void *thread(void *unused) {
  struct sembuf up = {0, 2, SEM_UNDO};
  CALL(semop(id, &up, 1));
  return unused;
}
static void ups(void) {
  struct sembuf up = {0, 3, SEM_UNDO};
  CALL(semop(id, &up, 1));
  CALL(semctl(id, 0, GETVAL));
}
static void forks(void) {
  struct sembuf up = {0, 3, SEM_UNDO};
  CALL(semop(id, &up, 1));
  int status;
  if (fork() == 0) _exit(0); /* Has no list of its own. */
  wait(&status);
  CALL(semctl(id, 0, GETVAL));
}
static void threads(void) {
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  pthread_join(t, NULL);
  CALL(semctl(id, 0, GETVAL));
}
static void sets(void) {
  struct sembuf up = {0, 3, SEM_UNDO};
  CALL(semop(id, &up, 1));
  CALL(semctl(id, 0, SETVAL, 9));
}
static void downs(void) {
  struct sembuf up = {0, 3, SEM_UNDO}, down = {0, -12, 0};
  CALL(semop(id, &up, 1));
  CALL(semop(id, &down, 1));
}
static void range(void) {
  struct sembuf up = {1, 32767, SEM_UNDO}, down = {1, -32767, 0}, more = {1, 2, SEM_UNDO};
  CALL(semop(id, &up, 1));
  CALL(semop(id, &down, 1));
  CALL(semop(id, &more, 1));
  more.sem_op = 1;
  CALL(semop(id, &more, 1));
}
static void killed(void) {
  struct sembuf up = {1, 1, SEM_UNDO};
  semop(id, &up, 1);
  raise(SIGKILL);
}

int main(void) {
  id = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
  run("ups", ups);
  CALL(semctl(id, 0, GETVAL));
  run("forks", forks);
  CALL(semctl(id, 0, GETVAL));
  run("threads", threads);
  CALL(semctl(id, 0, GETVAL));
  run("sets", sets);
  CALL(semctl(id, 0, GETVAL));
  run("downs", downs);
  CALL(semctl(id, 0, GETVAL));
  run("range", range);
  CALL(semctl(id, 1, GETVAL));
  run("killed", killed);
  CALL(semctl(id, 1, GETVAL));
  CALL(semctl(id, 0, IPC_RMID));
  return 0;
}

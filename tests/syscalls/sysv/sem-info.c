/* semctl(2): IPC_INFO, SEM_INFO, SEM_STAT, IPC_SET, times; /proc/sysvipc/sem. */
#include "../check.h"
#include <sys/sem.h>

int main(void) {
  struct seminfo limits, before, after;
  DONE(semctl(0, 0, IPC_INFO, &limits));
  printf("%d %d %d %d %d %d %d %d %d %d\n", limits.semmap, limits.semmni, limits.semmns, limits.semmnu,
         limits.semmsl, limits.semopm, limits.semume, limits.semusz, limits.semvmx, limits.semaem);
  DONE(semctl(0, 0, SEM_INFO, &before));
  int id = semget(0x4b4e0006, 5, IPC_CREAT | 0620);
  int top = semctl(0, 0, SEM_INFO, &after);
  CALL(after.semusz - before.semusz);
  CALL(after.semaem - before.semaem);
  struct semid_ds ds;
  CALL(semctl(top + 1, 0, SEM_STAT, &ds));
  CALL(semctl(id % 32768, 0, SEM_STAT, &ds) == id);
  CALL(semctl(id % 32768, 0, SEM_STAT_ANY, &ds) == id);
  CALL(semctl(id, 0, IPC_STAT, &ds));
  CALL(ds.sem_nsems);
  CALL(ds.sem_otime);
  CALL(ds.sem_ctime != 0);
  CALL(ds.sem_perm.mode);
  struct sembuf zero = {0, 0, 0};
  CALL(semop(id, &zero, 1));
  CALL(semctl(id, 0, IPC_STAT, &ds));
  CALL(ds.sem_otime != 0);
  ds.sem_perm.mode = 0600;
  ds.sem_perm.uid = 5;
  CALL(semctl(id, 0, IPC_SET, &ds));
  CALL(semctl(id, 0, IPC_SET, BAD));
  CALL(semctl(id, 0, IPC_STAT, &ds));
  printf("%d %d %o\n", ds.sem_perm.uid, ds.sem_perm.cuid, ds.sem_perm.mode);
  FILE *list = fopen("/proc/sysvipc/sem", "r");
  char line[300];
  while (list && fgets(line, sizeof line, list)) {
    int key, number, perms, count, uid;
    if (sscanf(line, "%d %d %o %d %d", &key, &number, &perms, &count, &uid) == 5) {
      if (number == id) printf("%d %o %d %d\n", key, perms, count, uid);
    } else if (strstr(line, "key")) fputs(line, stdout);
  }
  CALL(semctl(id, 0, IPC_RMID));
  return 0;
}

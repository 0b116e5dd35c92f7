/* shmctl(2): IPC_INFO, SHM_INFO, SHM_STAT, IPC_SET, SHM_LOCK; /proc/sysvipc/shm. */
#include "../check.h"
#include <sys/shm.h>

int main(void) {
  struct shminfo limits;
  DONE(shmctl(0, IPC_INFO, (void *)&limits));
  printf("%lu %lu %lu %lu %lu\n", limits.shmmax, limits.shmmin, limits.shmmni, limits.shmseg, limits.shmall);
  struct shm_info before, after;
  DONE(shmctl(0, SHM_INFO, (void *)&before));
  int id = shmget(0x4b4e0003, 10000, IPC_CREAT | 0604);
  int top = shmctl(0, SHM_INFO, (void *)&after);
  CALL(after.used_ids - before.used_ids);
  CALL(after.shm_tot - before.shm_tot);
  struct shmid_ds ds;
  int found = 0;
  for (int i = 0; i <= top; i++)
    if (shmctl(i, SHM_STAT, &ds) == id) found++;
  CALL(found);
  CALL(shmctl(top + 1, SHM_STAT, &ds));
  CALL(shmctl(id % 32768, SHM_STAT_ANY, &ds) == id);
  CALL(shmctl(id, IPC_STAT, &ds));
  CALL(ds.shm_perm.__key);
  CALL(ds.shm_perm.mode);
  CALL(ds.shm_perm.__seq == id / 32768);
  ds.shm_perm.uid = 1;
  ds.shm_perm.gid = 2;
  ds.shm_perm.mode = 07777;
  CALL(shmctl(id, IPC_SET, &ds));
  CALL(shmctl(id, IPC_STAT, &ds));
  printf("%d %d %d %d %o\n", ds.shm_perm.uid, ds.shm_perm.gid, ds.shm_perm.cuid, ds.shm_perm.cgid, ds.shm_perm.mode);
  CALL(shmctl(id, SHM_LOCK, NULL));
  CALL(shmctl(id, IPC_STAT, &ds));
  printf("%o\n", ds.shm_perm.mode);
  CALL(shmctl(id, SHM_UNLOCK, NULL));
  CALL(shmctl(id, IPC_STAT, &ds));
  printf("%o\n", ds.shm_perm.mode);
  FILE *list = fopen("/proc/sysvipc/shm", "r");
  char line[300];
  while (list && fgets(line, sizeof line, list)) {
    int key, number, perms;
    unsigned long size;
    if (sscanf(line, "%d %d %o %lu", &key, &number, &perms, &size) == 4) {
      if (number == id) printf("%d %o %lu\n", key, perms, size);
    } else if (strstr(line, "key")) fputs(line, stdout);
  }
  CALL(shmctl(id, IPC_RMID, NULL));
  return 0;
}

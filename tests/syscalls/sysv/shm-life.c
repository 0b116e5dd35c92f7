/* How long shared memory lives: over fork, exec, exit, and after IPC_RMID. */
#include "../check.h"
#include <sys/shm.h>

static int id;
static char *memory;

static void show(const char *when) {
  struct shmid_ds ds;
  if (shmctl(id, IPC_STAT, &ds)) printf("%s: %s\n", when, strerrorname_np(errno));
  else
    printf("%s: %d attached, mode %o, key %d, size %d, creator me %d, atime %d dtime %d\n", when,
           (int)ds.shm_nattch, ds.shm_perm.mode, ds.shm_perm.__key, (int)ds.shm_segsz,
           ds.shm_cpid == getppid() || ds.shm_cpid == getpid(), ds.shm_atime != 0, ds.shm_dtime != 0);
}

static void child(void) {
  show("child");
  strcpy(memory, "from the child");
}

static void execs(void) {
  execl("/proc/self/exe", "x", "again", NULL);
}

static void removes(void) {
  CALL(shmctl(id, IPC_RMID, NULL));
  show("removed, attached");
  CALL((long)shmat(id, NULL, 0) == -1);
  memory[0] = 'F';
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("%s: not attached after exec\n", argv[1]);
    return 0;
  }
  id = shmget(0x4b4e0002, 100, IPC_CREAT | 0640);
  show("new");
  memory = shmat(id, NULL, 0);
  show("attached");
  run("child", child);
  puts(memory);
  show("child gone");
  run("exec", execs);
  show("exec");
  run("remover", removes);
  puts(memory);
  CALL(shmget(0x4b4e0002, 100, 0));
  show("after RMID");
  CALL(shmdt(memory));
  show("detached");
  return 0;
}

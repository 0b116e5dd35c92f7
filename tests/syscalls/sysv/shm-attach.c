/* Attaching shared memory: addresses, rights, the pieces that munmap leaves. */
#include "../check.h"
#include <sys/shm.h>

static int attached(int id) {
  struct shmid_ds ds;
  return shmctl(id, IPC_STAT, &ds) == 0 ? (int)ds.shm_nattch : -1;
}

int main(void) {
  int id = shmget(IPC_PRIVATE, 3 * 4096 + 100, IPC_CREAT | 0600);
  char *a = shmat(id, NULL, 0);
  char *b = shmat(id, NULL, SHM_RDONLY);
  CALL(attached(id));
  a[100] = 'x';
  CALL(b[100]);
  CALL(a[4 * 4096 - 1]);
  CALL(mprotect(b, 4096, PROT_READ | PROT_WRITE));
  CALL(mprotect(a, 4096, PROT_READ));
  CALL(mprotect(a, 4096, PROT_READ | PROT_WRITE | PROT_EXEC));
  CALL(shmdt(b));
  CALL(attached(id));
  /* A hole in the middle: two attachments that shmdt takes away together. */
  CALL(munmap(a + 4096, 4096));
  CALL(attached(id));
  CALL(shmdt(a + 2 * 4096));
  CALL(shmdt(a));
  CALL(attached(id));
  /* At an address. */
  char *place = mmap(NULL, 16 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CALL((long)shmat(id, place, 0));
  CALL((char *)shmat(id, place, SHM_REMAP) == place);
  CALL(munmap(place + 8 * 4096, 8 * 4096));
  CALL((char *)shmat(id, place + 8 * 4096 + 5, SHM_RND) == place + 8 * 4096);
  CALL(place[100]);
  CALL(place[8 * 4096 + 100]);
  CALL(attached(id));
  CALL(shmdt(place));
  CALL(shmdt(place + 8 * 4096));
  CALL(attached(id));
  int x = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
  char *code = shmat(x, NULL, SHM_EXEC);
  memcpy(code, "\xb8\x2a\0\0\0\xc3", 6);
  CALL(((int (*)(void))(void *)code)());
  CALL(shmctl(x, IPC_RMID, NULL));
  CALL(shmctl(id, IPC_RMID, NULL));
  return 0;
}

/* shm_open(3): memory by name in /dev/shm, between processes that do not know each other. */
#include "../check.h"
#include <sys/vfs.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define NAME "/check-shm-map"

static void other(void) {
  int fd = shm_open(NAME, O_RDWR, 0);
  char *p = mmap(NULL, 2 * P, RW, MAP_SHARED, fd, 0);
  printf("%s\n", p);
  strcpy(p, "the other's");
  CALL(shm_open(NAME, O_RDWR | O_CREAT | O_EXCL, 0600));
}

int main(void) {
  shm_unlink(NAME);
  int fd = shm_open(NAME, O_RDWR | O_CREAT | O_EXCL, 0640);
  struct stat st;
  struct statfs fs;
  CALL(fstat(fd, &st));
  printf("%o %ld\n", st.st_mode, (long)st.st_size);
  CALL(fstatfs(fd, &fs));
  printf("%lx\n", (long)fs.f_type);
  CALL(fcntl(fd, F_GETFD));
  CALL(fcntl(fd, F_GET_SEALS));
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  CALL(ftruncate(fd, 2 * P));
  char *p = mmap(NULL, 2 * P, RW, MAP_SHARED, fd, 0);
  strcpy(p, "first's");
  run("other", other);
  printf("%s\n", p);
  CALL(shm_open(NAME "/x", O_RDWR | O_CREAT, 0600));
  CALL(shm_unlink(NAME));
  CALL(shm_unlink(NAME));
  CALL(shm_open(NAME, O_RDWR, 0));
  strcpy(p + P, "still here");
  CALL(fstat(fd, &st));
  printf("%ld %s\n", (long)st.st_nlink, p + P);
  return 0;
}

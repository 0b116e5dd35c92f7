/* Every seal of memfd_create(2) against every way to break it. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

static const struct {
  const char *name;
  int seal;
} seals[] = {{"none", 0},
             {"SEAL", F_SEAL_SEAL},
             {"SHRINK", F_SEAL_SHRINK},
             {"GROW", F_SEAL_GROW},
             {"WRITE", F_SEAL_WRITE},
             {"FUTURE_WRITE", F_SEAL_FUTURE_WRITE},
             {"all of size", F_SEAL_SHRINK | F_SEAL_GROW}};

static void attempt(const char *name, int seal) {
  int fd = memfd_create("x", MFD_ALLOW_SEALING);
  if (ftruncate(fd, 2 * P)) return;
  printf("%s:\n", name);
  CALL(fcntl(fd, F_ADD_SEALS, seal));
  printf("%x\n", fcntl(fd, F_GET_SEALS));
  CALL(write(fd, "hello", 5));
  CALL(pwrite(fd, "hello", 5, 2 * P - 2));
  CALL(pwrite(fd, "hello", 5, 4 * P));
  CALL(pwrite(fd, "", 0, 0));
  CALL(ftruncate(fd, 2 * P));
  CALL(ftruncate(fd, 8 * P));
  CALL(ftruncate(fd, P));
  CALL(fallocate(fd, 0, 0, P));
  CALL(fallocate(fd, 0, 0, 16 * P));
  CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 32 * P));
  CALL(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, P));
  char *p = mmap(NULL, P, RW, MAP_SHARED, fd, 0);
  DONE(p == MAP_FAILED ? -1 : 0);
  CALL(p != MAP_FAILED);
  char *r = mmap(NULL, P, PROT_READ, MAP_SHARED, fd, 0);
  CALL(r != MAP_FAILED);
  if (r != MAP_FAILED) CALL(mprotect(r, P, RW));
  CALL(mmap(NULL, P, RW, MAP_PRIVATE, fd, 0) != MAP_FAILED);
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  close(fd);
}

int main(void) {
  for (unsigned i = 0; i < sizeof seals / sizeof *seals; i++) attempt(seals[i].name, seals[i].seal);
  int fd = memfd_create("x", MFD_ALLOW_SEALING);
  CALL(fcntl(fd, F_ADD_SEALS, 0x100));
  CALL(fcntl(fd, F_ADD_SEALS, -1));
  int ro = open("/proc/self/fd/3", O_RDONLY);
  CALL(fcntl(ro, F_ADD_SEALS, F_SEAL_GROW));
  CALL(fcntl(ro, F_GET_SEALS));
  int plain = open("file", O_RDWR | O_CREAT, 0600), ends[2];
  CALL(pipe(ends));
  CALL(fcntl(plain, F_ADD_SEALS, F_SEAL_GROW) == -1);
  CALL(fcntl(ends[1], F_ADD_SEALS, F_SEAL_GROW));
  CALL(fcntl(ends[1], F_GET_SEALS));
  return 0;
}

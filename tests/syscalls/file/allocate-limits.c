/* What fallocate(2) and writes of a file in memory look at: modes, then the size limit, then seals. */
#include "../check.h"
#include <sys/resource.h>
#include <sys/uio.h>

static void limit(rlim_t size) {
  struct rlimit value = {size, RLIM_INFINITY};
  DONE(setrlimit(RLIMIT_FSIZE, &value));
}

int main(void) {
  static char bytes[5000];
  struct iovec vector = {bytes, 10};
  int plain = memfd_create("plain", MFD_ALLOW_SEALING), sealed = memfd_create("sealed", MFD_ALLOW_SEALING),
      fixed = memfd_create("fixed", MFD_ALLOW_SEALING);
  setvbuf(stdout, NULL, _IOFBF, 1 << 16); /* The limit holds for what is printed, too. */
  signal(SIGXFSZ, SIG_IGN);
  CALL(ftruncate(plain, 10000));
  CALL(ftruncate(sealed, 10000));
  CALL(write(fixed, bytes, 500));
  CALL(fcntl(sealed, F_ADD_SEALS, F_SEAL_WRITE));
  CALL(fcntl(fixed, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK));
  limit(1000);
  CALL(fallocate(plain, 0, 0, 5000));
  CALL(fallocate(plain, FALLOC_FL_KEEP_SIZE, 0, 5000));
  CALL(fallocate(plain, 0, 0, 20000));
  CALL(fallocate(plain, FALLOC_FL_KEEP_SIZE, 0, 20000));
  CALL(fallocate(plain, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 20000));
  CALL(fallocate(plain, FALLOC_FL_ZERO_RANGE, 0, 20000));
  CALL(fallocate(plain, FALLOC_FL_COLLAPSE_RANGE, 0, 20000));
  CALL(fallocate(sealed, 0, 0, 20000));
  CALL(fallocate(sealed, FALLOC_FL_KEEP_SIZE, 0, 20000));
  CALL(fallocate(sealed, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 20000));
  CALL(fallocate(fixed, 0, 0, 500));
  CALL(fallocate(fixed, 0, 0, 501));
  CALL(fallocate(fixed, FALLOC_FL_KEEP_SIZE, 0, 501));
  CALL(fallocate(fixed, FALLOC_FL_KEEP_SIZE, 0, 2000));
  CALL(pwrite(sealed, bytes, 10, 1000));
  CALL(pwrite(sealed, bytes, 10, 0));
  CALL(pwrite(sealed, BAD, 10, 0));
  CALL(pwrite(sealed, BAD, 10, 2000));
  CALL(pwrite(sealed, BAD, 0, 2000));
  CALL(pwritev(sealed, &vector, 1, 1000));
  CALL(pwritev(sealed, &vector, 1, 0));
  CALL(pwrite(fixed, bytes, 10, 495));
  CALL(pwrite(fixed, bytes, 10, 490));
  CALL(pwrite(fixed, BAD, 10, 495));
  CALL(pwrite(fixed, BAD, 10, 490));
  CALL(pwrite(plain, BAD, 10, 490));
  limit(RLIM_INFINITY);
  return 0;
}

/* A hole that a mapping has shown is a hole no more: to lseek(2), in the blocks of stat(2), to mincore(2). */
#include "../check.h"

#define PAGE 4096

static void show(const char *what, int fd) {
  struct stat st;
  fstat(fd, &st);
  printf("%s: %ld blocks;", what, (long)st.st_blocks);
  for (off_t at = 0; (at = lseek(fd, at, SEEK_DATA)) >= 0;) {
    off_t end = lseek(fd, at, SEEK_HOLE);
    printf(" %ld-%ld", (long)at / PAGE, (long)end / PAGE);
    at = end;
  }
  printf("\n");
}

int main(void) {
  unsigned char there[8];
  volatile char seen;
  int fd = memfd_create("holes", 0);
  CALL(ftruncate(fd, 8 * PAGE));
  volatile char *shared = mmap(NULL, 8 * PAGE, PROT_READ, MAP_SHARED, fd, 0),
                *private = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  madvise((void *)shared, 8 * PAGE, MADV_RANDOM);
  madvise((void *)private, 8 * PAGE, MADV_RANDOM);
  show("mapped", fd);
  seen = shared[0];
  show("read", fd);
  seen = private[2 * PAGE];
  show("read in a private mapping", fd);
  private[4 * PAGE] = 1;
  show("written in a private mapping", fd);
  seen = private[5 * PAGE];
  show("read beside it", fd);
  CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, 6 * PAGE, 2 * PAGE));
  show("set aside", fd);
  seen = shared[7 * PAGE];
  show("read there", fd);
  seen = private[6 * PAGE];
  show("and before", fd);
  CALL(mincore((void *)shared, 8 * PAGE, there));
  for (int i = 0; i < 8; i++) printf("%d", there[i] & 1);
  printf("\n");
  CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 3 * PAGE));
  show("punched", fd);
  CALL(ftruncate(fd, 5 * PAGE));
  CALL(ftruncate(fd, 8 * PAGE));
  show("cut", fd);
  CALL(pwrite(fd, "x", 1, 4 * PAGE));
  show("written", fd);
  CALL(lseek(fd, 4 * PAGE, SEEK_HOLE) == 5 * PAGE);
  CALL(ftruncate(fd, 7 * PAGE + 10));
  CALL(fallocate(fd, 0, 7 * PAGE, 10));
  CALL(ftruncate(fd, 9 * PAGE));
  show("grown behind a page set aside", fd);
  CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, 10 * PAGE, PAGE));
  show("set aside behind the end", fd);
  CALL(ftruncate(fd, 9 * PAGE));
  show("cut where it ends", fd);
  CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, PAGE, 2 * PAGE));
  show("set aside once", fd);
  CALL(fallocate(fd, 0, 2 * PAGE, 2 * PAGE));
  show("one page twice", fd);
  CALL(ftruncate(fd, 5 * PAGE - 100));
  char *written = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4 * PAGE);
  written[PAGE - 50] = 'w';
  CALL(ftruncate(fd, 5 * PAGE - 200));
  CALL(written[PAGE - 50]);
  written[PAGE - 50] = 'w';
  CALL(ftruncate(fd, 5 * PAGE - 200));
  CALL(written[PAGE - 50]);
  (void)seen;
  return 0;
}

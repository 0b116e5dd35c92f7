/* madvise(2), mincore(2). */
#include "../check.h"

#define P 4096

int main(void) {
  char *p = mmap(NULL, 8 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(p, 7, 8 * P);
  CALL(madvise(p, 8 * P, MADV_DONTNEED));
  printf("%d %d\n", p[0], p[7 * P]);
  CALL(madvise(p, P, 9999));
  CALL(madvise(p + 1, P, MADV_DONTNEED));
  CALL(madvise(p, 0, MADV_DONTNEED));
  CALL(madvise(p, P, MADV_REMOVE));
  CALL(madvise(p, P, MADV_FREE));
  CALL(madvise(p, P, MADV_POPULATE_WRITE));
  CALL(madvise(p, 8 * P, MADV_POPULATE_READ));
  CALL(madvise(p, P, MADV_WILLNEED));
  p[0] = 1;
  p[P] = 2;
  CALL(madvise(p, P, MADV_WIPEONFORK));
  CALL(madvise(p + 2 * P, P, MADV_DONTFORK));
  int status;
  if (fork() == 0) {
    printf("wiped %d kept %d\n", p[0], p[P]);
    p[2 * P] = 1;
    _exit(0);
  }
  wait(&status);
  show_status("not forked", status);
  munmap(p + 4 * P, P);
  CALL(madvise(p, 8 * P, MADV_DONTNEED));
  unsigned char there[8] = {9, 9, 9, 9, 9, 9, 9, 9};
  char *q = mmap(NULL, 8 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(q, 8 * P, MADV_NOHUGEPAGE);
  q[2 * P] = q[5 * P] = 1;
  CALL(mincore(q, 8 * P, there));
  for (int i = 0; i < 8; i++) printf("%d", there[i] & 1);
  printf("\n");
  CALL(mincore(q + 1, P, there));
  CALL(mincore(q, P, BAD));
  CALL(mincore(q, 0, there));
  return 0;
}

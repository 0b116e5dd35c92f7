/* Private mappings of a file: written pages are its own, others show the file. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  char page[P];
  for (int i = 0; i < 4; i++) {
    memset(page, 'a' + i, P);
    if (write(fd, page, P) != P) return 1;
  }
  char *p = mmap(NULL, 4 * P, RW, MAP_PRIVATE, fd, 0), *q = mmap(NULL, 4 * P, RW, MAP_PRIVATE, fd, 0);
  p[0] = 'P';
  printf("%c%c %c%c\n", p[0], p[1], q[0], q[1]);
  CALL(pread(fd, page, 1, 0));
  printf("%c\n", page[0]);
  CALL(pwrite(fd, "FILE", 4, 1));
  printf("%c%c%c %.5s\n", p[0], p[1], p[2], q);
  if (fork() == 0) {
    p[P] = 'C';
    q[0] = 'C';
    printf("child %c%c%c\n", p[0], p[P], q[0]);
    _exit(0);
  }
  wait(NULL);
  printf("%c%c%c\n", p[0], p[P], q[0]);
  CALL(mprotect(p, 4 * P, PROT_READ));
  CALL(mprotect(p, 4 * P, RW));
  p[2 * P] = 'P';
  printf("%c%c\n", p[0], p[2 * P]);
  CALL(madvise(p, P, MADV_DONTNEED));
  printf("%.5s\n", p);
  /* Read by the kernel into it, from the very file. */
  CALL(pread(fd, p + 3 * P - 2, 4, 0));
  printf("%.6s\n", p + 3 * P - 3);
  CALL(pread(fd, page, 3, 3 * P - 1));
  printf("%.3s\n", page);
  int ro = open("file", O_RDONLY);
  char *r = mmap(NULL, P, PROT_READ, MAP_PRIVATE, ro, 0);
  CALL(mprotect(r, P, RW));
  r[0] = 'R';
  printf("%.5s\n", r);
  CALL(close(ro));
  CALL(unlink("file"));
  printf("%.5s %c\n", r, q[3 * P]);
  return 0;
}

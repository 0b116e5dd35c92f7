/* One write larger than any pipe: all of it goes in, whoever reads how. */
#include "../check.h"
#include <sys/uio.h>

static int p[2];
#define SIZE (5 << 20)
static char *data;

static void reads(void) {
  char block[10000];
  unsigned long sum = 0, total = 0;
  ssize_t n;
  close(p[1]);
  while ((n = read(p[0], block, total % 9000 + 1)) > 0) {
    for (ssize_t i = 0; i < n; i++) sum = sum * 31 + (unsigned char)block[i];
    total += n;
  }
  printf("%lu bytes, %lx\n", total, sum);
}

int main(void) {
  data = malloc(SIZE);
  for (int i = 0; i < SIZE; i++) data[i] = i * 7 + i / 4096;
  if (pipe(p)) return 1;
  pid_t child = start(reads);
  CALL(write(p[1], data, SIZE));
  close(p[1]);
  waitpid(child, NULL, 0);
  if (pipe2(p, O_NONBLOCK)) return 1;
  CALL(write(p[1], data, SIZE));
  /* Memory that ends in the middle. */
  char *edge = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(edge + 4096, 4096);
  if (pipe2(p, O_NONBLOCK)) return 1;
  CALL(write(p[1], edge + 96, 10000));
  CALL(read(p[0], data, 65536));
  return 0;
}

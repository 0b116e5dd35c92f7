/* `code-churn ROUNDS`: writes functions, runs them until they are worth translating, writes others in their place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* mov ecx, 20000; mov eax, n; L: add eax, k; dec ecx; jnz L; ret */
static int write_function(unsigned char *at, int n, int k) {
  unsigned char code[] = {0xb9, 0x20, 0x4e, 0, 0, 0xb8, 0, 0, 0, 0, 0x05, 0, 0, 0, 0, 0xff, 0xc9, 0x75, 0xf7, 0xc3};
  memcpy(code + 6, &n, 4);
  memcpy(code + 11, &k, 4);
  memcpy(at, code, sizeof code);
  return sizeof code;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 2000;
  unsigned char *area = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < rounds; i++) {
    unsigned char *at = area + (i % 64) * 4096 + i % 13;
    write_function(at, i, i * 7 + 1);
    for (int n = 0; n < 4; n++) {
      unsigned got = ((unsigned (*)(void))at)();
      if (got != (unsigned)i + 20000u * (unsigned)(i * 7 + 1)) {
        printf("round %d: wrong\n", i);
        return 1;
      }
    }
  }
  printf("right\n");
  return 0;
}

// Code that the program writes while it runs: a page of its own filled, changed, and filled again.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

typedef int (*function)(void);

int main(void) {
  uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  long sum = 0;
  for (int i = 0; i < 3000; i++) {
    uint8_t code[] = {0xb8, (uint8_t)i, (uint8_t)(i >> 8), 0, 0, 0xc3}; // mov eax, i; ret
    memcpy(page, code, sizeof code);
    sum += ((function)page)();
  }
  printf("%ld\n", sum);
  // An instruction that changes the next one.
  uint8_t next[] = {0xc6, 0x05, 1, 0, 0, 0, 42, 0xb8, 1, 0, 0, 0, 0xc3}; // mov byte [rip+1], 42; mov eax, 1; ret
  memcpy(page, next, sizeof next);
  printf("%d\n", ((function)page)());
  return 0;
}

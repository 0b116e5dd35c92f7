/* Code that a program writes itself: W^X in turn, both at once, through two mappings. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define RX (PROT_READ | PROT_EXEC)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

/* mov eax, imm32; ret */
static void emit(unsigned char *at, int value) {
  at[0] = 0xb8;
  memcpy(at + 1, &value, 4);
  at[5] = 0xc3;
}
static int call(const void *at) {
  int (*f)(void);
  memcpy(&f, &at, sizeof f);
  return f();
}
static unsigned char *p;
static void run_it(void) { printf("%d\n", call(p)); }
static void write_it(void) { p[1] = 1; }

int main(void) {
  p = mmap(NULL, 2 * P, RW, ANON, -1, 0);
  emit(p, 11);
  run("not executable", run_it);
  CALL(mprotect(p, P, RX));
  run("executable", run_it);
  run("not writable", write_it);
  for (int i = 0; i < 5; i++) {
    mprotect(p, P, RW);
    emit(p, 100 + i);
    mprotect(p, P, RX);
    printf("%d ", call(p));
  }
  CALL(mprotect(p, 2 * P, RW | PROT_EXEC));
  for (int i = 0; i < 5; i++) {
    emit(p + P - 3, 200 + i);
    printf("%d ", call(p + P - 3));
  }
  printf("\n");
  int fd = memfd_create("code", 0);
  CALL(ftruncate(fd, P));
  unsigned char *w = mmap(NULL, P, RW, MAP_SHARED, fd, 0), *x = mmap(NULL, P, RX, MAP_SHARED, fd, 0);
  for (int i = 0; i < 5; i++) {
    emit(w + 16, 300 + i);
    printf("%d ", call(x + 16));
  }
  unsigned char code[6];
  emit(code, 400);
  CALL(pwrite(fd, code, 6, 16));
  printf("%d\n", call(x + 16));
  if (fork() == 0) {
    emit(w + 16, 500);
    printf("child %d\n", call(x + 16));
    _exit(0);
  }
  wait(NULL);
  printf("%d\n", call(x + 16));
  x = mremap(x, P, P, MREMAP_MAYMOVE | MREMAP_FIXED, p);
  printf("%d\n", call(x + 16));
  emit(w + 16, 600);
  printf("%d\n", call(x + 16));
  CALL(munmap(x, P));
  run("unmapped", run_it);
  return 0;
}

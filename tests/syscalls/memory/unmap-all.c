/* A program that takes away its own address space, in several ways. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

extern char __executable_start, end;

static long raw(long nr, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}
static void unmap_everything(void) { raw(SYS_munmap, 0, 1L << 47, 0); }
static void unmap_program(void) {
  CALL(munmap(&__executable_start, (&end - &__executable_start + P - 1) / P * P));
}
static void unmap_stack(void) {
  char here;
  raw(SYS_munmap, ((long)&here & -P) - 64 * P, 128 * P, 0);
  here = 1;
}
static void protect_everything(void) {
  raw(SYS_mprotect, (long)&__executable_start & -P, (&end - &__executable_start + P - 1) / P * P, PROT_NONE);
}
static void overwrite_program(void) {
  size_t len = (&end - &__executable_start + P - 1) / P * P;
  raw(SYS_mprotect, (long)&__executable_start & -P, len, PROT_READ | PROT_WRITE | PROT_EXEC);
  __asm__ volatile("rep stosb" : : "D"(&__executable_start), "c"(len), "a"(0xcc) : "memory");
}
static void overwrite_upwards(void) {
  char here;
  __asm__ volatile("rep stosb" : : "D"(&here), "c"(1L << 40), "a"(0) : "memory");
}
static void overwrite_downwards(void) {
  char here;
  __asm__ volatile("std; rep stosb; cld" : : "D"(&here), "c"(1L << 40), "a"(0) : "memory");
}
static void no_stack(void) { __asm__ volatile("mov $16, %rsp; push %rax"); }

int main(void) {
  run("everything", unmap_everything);
  run("the program", unmap_program);
  run("the stack", unmap_stack);
  run("no rights for the program", protect_everything);
  run("traps over the program", overwrite_program);
  run("zeros from the stack on", overwrite_upwards);
  run("zeros down the stack", overwrite_downwards);
  run("no stack", no_stack);
  return 0;
}

/* Reads and writes itself and its child through /proc/[pid]/mem, code included, and odd places. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <stdint.h>

__attribute__((noinline)) static int answer(void) {
  __asm__ volatile("");
  return 41;
}
#define SHOW(x) (errno = 0, n = (long)(x), printf("%s: %s\n", #x, n < 0 ? strerrorname_np(errno) : n > 0 ? "some" : "0"))

int main(void) {
  unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3}, buffer[4096];
  int fd = open("/proc/self/mem", O_RDWR);
  int (*volatile call)(void) = answer;
  long n;
  if (fd < 0) {
    printf("no mem: %s\n", strerrorname_np(errno));
    return 0;
  }
  for (int i = 0; i < 10000; i++) call();
  SHOW(pwrite(fd, code, sizeof code, (long)(uintptr_t)answer));
  printf("answer: %d\n", call());
  SHOW(pread(fd, buffer, sizeof buffer, 0));
  SHOW(pread(fd, buffer, sizeof buffer, 0x7fffffffffffl));
  SHOW(pread(fd, buffer, sizeof buffer, -4096));
  SHOW(pread(fd, buffer, sizeof buffer, (long)0x8000000000000000ul));
  char *none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *only = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  SHOW(pwrite(fd, "x", 1, (long)only));
  SHOW(pwrite(fd, "x", 1, (long)none));
  printf("read-only now: %d\n", only[0]);
  /* The file of a process that has gone. */
  char name[64];
  pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  snprintf(name, sizeof name, "/proc/%d/mem", child);
  int other = open(name, O_RDWR);
  SHOW(pread(other, buffer, 16, (long)(uintptr_t)answer));
  kill(child, SIGKILL);
  wait(NULL);
  SHOW(pread(other, buffer, 16, (long)(uintptr_t)answer));
  SHOW(pwrite(other, buffer, 16, (long)(uintptr_t)buffer));
  return 0;
}

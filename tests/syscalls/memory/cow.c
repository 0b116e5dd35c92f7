/* After fork each has its own, whoever writes first. */
#include "../check.h"

#define P 4096
#define PAGES 64

int main(void) {
  unsigned char *p = mmap(NULL, PAGES * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < PAGES; i++) p[i * P] = i;
  int ends[2];
  if (pipe(ends)) return 1;
  pid_t child = fork();
  if (child == 0) {
    pid_t grandchild = fork();
    for (int i = 0; i < PAGES; i += 2) p[i * P] += 100;
    if (grandchild == 0) {
      char c;
      if (read(ends[0], &c, 1) != 1) _exit(1); /* The first process has written by now. */
      int sum = 0;
      for (int i = 0; i < PAGES; i++) sum += p[i * P];
      printf("grandchild %d\n", sum);
      _exit(0);
    }
    waitpid(grandchild, NULL, 0);
    int sum = 0;
    for (int i = 0; i < PAGES; i++) sum += p[i * P];
    printf("child %d\n", sum);
    _exit(0);
  }
  for (int i = 0; i < PAGES; i += 3) p[i * P] = 7;
  if (write(ends[1], "x", 1) != 1) return 1;
  waitpid(child, NULL, 0);
  int sum = 0;
  for (int i = 0; i < PAGES; i++) sum += p[i * P];
  printf("first %d\n", sum);
  return 0;
}

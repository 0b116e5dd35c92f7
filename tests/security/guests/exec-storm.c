/* `exec-storm COUNT`: becomes itself again and again, and starts as many children that do so once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char count[16];
  int left = argc > 1 ? atoi(argv[1]) : 500;
  if (left == 0) {
    printf("alive\n");
    return 0;
  }
  if (left < 0) return 0;
  snprintf(count, sizeof count, "%d", left - 1);
  if (left % 2 == 0) {
    if (fork() == 0) execl("/proc/self/exe", argv[0], "-1", NULL);
    wait(NULL);
  }
  execl("/proc/self/exe", argv[0], count, NULL);
  perror("exec");
  return 1;
}

/* A child overwrites all of its address space that can be written, from the top or from the bottom, itself included. */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <stdlib.h>
#include <fcntl.h>

static struct { unsigned long from, to; } areas[200];

static int find(void) {
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[500], how[8];
  int count = 0;
  while (fgets(line, sizeof line, maps) != NULL && count < 200)
    if (sscanf(line, "%lx-%lx %4s", &areas[count].from, &areas[count].to, how) == 3 && how[1] == 'w') count++;
  fclose(maps);
  return count;
}

static void overwrite(int up, int value) {
  int count = find();
  for (int i = 0; i < count; i++) {
    int n = up ? i : count - 1 - i;
    for (unsigned long p = areas[n].from; p < areas[n].to; p++) *(volatile char *)p = (char)value;
  }
}

int main(void) {
  for (int up = 0; up < 2; up++)
    for (int value = 0; value < 256; value += 85) {
      int status;
      if (fork() == 0) {
        overwrite(up, value);
        _exit(0);
      }
      wait(&status);
    }
  printf("alive\n");
  return 0;
}

/* `pipe-flood MIB`: that much through a pipe from one process to another; both count. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  static char block[65536];
  long total = (argc > 1 ? atol(argv[1]) : 64) << 20, n, got = 0;
  int fds[2];
  if (pipe(fds) != 0) return 1;
  if (fork() == 0) {
    for (long left = total; left > 0; left -= n)
      if ((n = write(fds[1], block, left < (long)sizeof block ? left : (long)sizeof block)) <= 0) _exit(1);
    _exit(0);
  }
  close(fds[1]);
  while ((n = read(fds[0], block, sizeof block)) > 0) got += n;
  wait(NULL);
  printf("%ld MiB\n", got >> 20);
  return got == total ? 0 : 1;
}

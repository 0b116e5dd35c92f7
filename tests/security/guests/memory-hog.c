/* Uses memory until it is killed: "touch" its own, "file" of a file in memory, "fork" of many children, "pipe" of pipes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void touch(void) {
  for (;;) {
    char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return;
    for (int i = 0; i < 1 << 20; i += 4096) p[i] = 1;
  }
}

int main(int argc, char **argv) {
  static char block[65536];
  const char *how = argc > 1 ? argv[1] : "touch";
  if (strcmp(how, "touch") == 0) touch();
  if (strcmp(how, "fork") == 0) {
    int status;
    for (int i = 0; i < 8; i++)
      if (fork() == 0) touch(), _exit(0);
    for (int i = 0; i < 8; i++) {
      wait(&status);
      printf("child: signal %d\n", WTERMSIG(status));
    }
    return 0;
  }
  if (strcmp(how, "file") == 0) {
    int fd = open("/tmp/hog", O_CREAT | O_WRONLY, 0600);
    long total = 0, n;
    while ((n = write(fd, block, sizeof block)) > 0) total += n;
    perror("write");
    return total > 0 ? 0 : 1;
  }
  if (strcmp(how, "pipe") == 0) {
    int fds[2], count = 0;
    while (pipe2(fds, O_NONBLOCK) == 0) {
      fcntl(fds[1], F_SETPIPE_SZ, 1 << 20);
      while (write(fds[1], block, sizeof block) > 0) {
      }
      count++;
    }
    perror("pipe");
    return count > 0 ? 0 : 1;
  }
  return 1;
}

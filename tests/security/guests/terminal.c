/* Random ioctls on terminals: the one given, and pseudo terminals of its own. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

int main(int argc, char **argv) {
  static char buffer[65536];
  uint64_t state = argc > 1 ? strtoul(argv[1], NULL, 10) : 7;
  signal(SIGHUP, SIG_IGN);
  signal(SIGTTOU, SIG_IGN);
  signal(SIGTTIN, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  signal(SIGQUIT, SIG_IGN);
  signal(SIGTSTP, SIG_IGN);
  if (fork() == 0) {
    setsid();
    for (int round = 0; round < 50; round++) {
      int master = posix_openpt(O_RDWR | O_NONBLOCK), slave;
      if (master < 0) break;
      grantpt(master), unlockpt(master);
      slave = open(ptsname(master), O_RDWR | O_NONBLOCK);
      for (int i = 0; i < 300; i++) {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        unsigned z = state >> 33;
        for (int n = 0; n < 64; n++) buffer[n] = (char)((state >> (n % 48)) + n);
        int fd = z & 1 ? master : slave;
        switch (z % 5) {
          case 0: ioctl(fd, 0x5400 + (z >> 4) % 0x70, buffer); break;
          case 1: ioctl(fd, 0x5400 + (z >> 4) % 0x70, z); break;
          case 2: if (write(fd, buffer, (z >> 4) % 64) < 0) break; break;
          case 3: if (read(fd, buffer, sizeof buffer) < 0) break; break;
          default: ioctl(fd, (unsigned long)state, buffer);
        }
      }
      close(round % 2 ? master : slave);
      close(round % 2 ? slave : master);
    }
    _exit(0);
  }
  wait(NULL);
  printf("alive\n");
  return 0;
}

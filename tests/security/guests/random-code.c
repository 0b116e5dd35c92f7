/* `random-code SEED COUNT`: children execute random bytes. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  uint64_t state = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
  int count = argc > 2 ? atoi(argv[2]) : 200;
  unsigned char *code = mmap(NULL, 65536, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  signal(SIGTERM, SIG_IGN);
  setpgid(0, 0);
  for (int i = 0; i < count; i++) {
    for (int n = 0; n < 65536; n++) {
      state = state * 6364136223846793005ull + 1442695040888963407ull;
      code[n] = (unsigned char)(state >> 56);
    }
    pid_t pid = fork();
    if (pid == 0) {
      struct rlimit two = {2, 2};
      setpgid(0, 0);
      setrlimit(RLIMIT_CPU, &two);
      alarm(2);
      close(0), close(1), close(2);
      ((void (*)(void))(code + i * 16))();
      _exit(0);
    }
    for (int wait_ms = 0; waitpid(pid, NULL, WNOHANG) == 0; wait_ms += 5) {
      if (wait_ms == 10000) kill(pid, SIGKILL);
      usleep(5000);
    }
  }
  printf("alive\n");
  return 0;
}

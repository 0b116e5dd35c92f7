// fork with shared and private memory, pipes both ways, vfork and exec, wait's view of each end, process groups.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(const char *what, int status) {
  if (WIFEXITED(status)) printf("%s: exited %d\n", what, WEXITSTATUS(status));
  else if (WIFSIGNALED(status)) printf("%s: signal %d\n", what, WTERMSIG(status));
  else if (WIFSTOPPED(status)) printf("%s: stopped %d\n", what, WSTOPSIG(status));
  else if (WIFCONTINUED(status)) printf("%s: continued\n", what);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("exec'd with %s\n", argv[1]);
    return 9;
  }
  setvbuf(stdout, NULL, _IONBF, 0);
  int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int *private = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *shared = *private = 1;
  int status;
  pid_t child = fork();
  if (child == 0) {
    *shared = *private = 2;
    private[1000] = 7;
    _exit(*private);
  }
  waitpid(child, &status, 0);
  printf("shared %d private %d %d\n", *shared, *private, private[1000]);
  report("fork", status);

  child = fork();
  if (child == 0) for (;;) pause();
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  report("stop", status);
  kill(child, SIGCONT);
  waitpid(child, &status, WCONTINUED);
  report("cont", status);
  kill(child, SIGTERM);
  waitpid(child, &status, 0);
  report("term", status);

  child = vfork();
  if (child == 0) {
    execl("/proc/self/exe", "again", "argument", (char *)NULL);
    _exit(127);
  }
  waitpid(child, &status, 0);
  report("vfork", status);

  int to[2], from[2];
  if (pipe(to) != 0 || pipe(from) != 0) return 1;
  child = fork();
  if (child == 0) {
    char buffer[65536];
    long sum = 0;
    close(to[1]);
    for (ssize_t n; (n = read(to[0], buffer, sizeof buffer)) > 0;)
      for (ssize_t i = 0; i < n; i++) sum += buffer[i];
    _exit(write(from[1], &sum, sizeof sum) == sizeof sum ? 0 : 1);
  }
  close(to[0]);
  char *block = malloc(300000);
  memset(block, 3, 300000);
  printf("wrote %zd\n", write(to[1], block, 300000));
  close(to[1]);
  long sum = 0;
  if (read(from[0], &sum, sizeof sum) != sizeof sum) return 1;
  waitpid(child, &status, 0);
  printf("sum %ld\n", sum);
  report("pipe", status);

  FILE *lines = popen("echo one; echo two", "r");
  char line[16];
  while (fgets(line, sizeof line, lines)) printf("line %s", line);
  printf("popen %d\n", pclose(lines));
  printf("no child: %d\n", waitpid(-1, &status, 0));
  return 0;
}

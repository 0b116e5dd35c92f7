/* ETXTBSY: a program that runs cannot be written, one that is open for writing cannot be run. */
#include "../files.h"

static void copy_self(const char *to) {
  char buffer[65536];
  int in = open("/proc/self/exe", O_RDONLY), out = open(to, O_CREAT | O_WRONLY | O_TRUNC, 0755);
  ssize_t n;
  while ((n = read(in, buffer, sizeof buffer)) > 0)
    if (write(out, buffer, n) != n) perror("write");
  close(in);
  close(out);
}

static int ready[2];
static void runs(void) {
  dup2(ready[1], 1);
  close_range(3, ~0U, 0);
  execl("./copy", "copy", "wait", NULL);
}

static void executes(void) {
  CALL(execl("./copy", "copy", "end", NULL));
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "end") == 0) return 7;
  if (argc > 1) {
    if (write(1, "", 1) != 1) return 1;
    for (;;) pause();
  }
  char c;
  copy_self("copy");
  int fd = open("copy", O_WRONLY);
  run("open for writing", executes);
  close(fd);
  fd = open("copy", O_RDWR);
  run("open for both", executes);
  close(fd);
  run("closed", executes);
  if (pipe(ready)) return 1;
  pid_t pid = start(runs);
  if (read(ready[0], &c, 1) != 1) return 1;
  CALL(open("copy", O_WRONLY));
  CALL(open("copy", O_RDWR));
  CALL(open("copy", O_RDONLY | O_TRUNC));
  CALL(open("copy", O_WRONLY | O_CREAT, 0755));
  CALL(truncate("copy", 0));
  CALL(open("copy", O_RDONLY) >= 0);
  CALL(chmod("copy", 0700));
  CALL(rename("copy", "moved"));
  CALL(open("moved", O_WRONLY));
  CALL(unlink("moved"));
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  return 0;
}

/* cmdline, environ, comm, io, limits, oom_score_adj, personality: what they say and take. */
#include "proc.h"
#include <sys/resource.h>

static long put_text(const char *name, const char *text) {
  int fd = open(name, O_WRONLY);
  if (fd < 0) return -1;
  long n = write(fd, text, strlen(text));
  int error = errno;
  close(fd);
  errno = error;
  return n;
}

int main(int argc, char **argv) {
  if (argc == 1) {
    execle("/proc/self/exe", "first", "", "third arg", NULL, (char *[]){"A=1", "B=", NULL});
    return 1;
  }
  (void)argv;
  int fd = open("/proc/self/cmdline", O_RDONLY);
  char bytes[100];
  ssize_t n = read(fd, bytes, sizeof bytes);
  for (int i = 0; i < n; i++) putchar(bytes[i] ? bytes[i] : '|');
  putchar('\n');
  fd = open("/proc/self/environ", O_RDONLY);
  n = read(fd, bytes, sizeof bytes);
  for (int i = 0; i < n; i++) putchar(bytes[i] ? bytes[i] : '|');
  putchar('\n');
  CALL(put_text("/proc/self/comm", "a name that is too long\n"));
  printf("%s", slurp("/proc/self/comm"));
  CALL(put_text("/proc/self/comm", "short"));
  prctl(PR_GET_NAME, bytes);
  printf("%s\n", bytes);
  show_shape("io", slurp("/proc/self/io"));
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 4096});
  const char *core = field(slurp("/proc/self/limits"), "Max core file size");
  printf("[%.*s]\n", (int)strcspn(core, "\n"), core);
  printf("[%.*s]\n", (int)strcspn(slurp("/proc/self/limits"), "\n"), slurp("/proc/self/limits"));
  CALL(put_text("/proc/self/oom_score_adj", "500"));
  printf("%s", slurp("/proc/self/oom_score_adj"));
  printf("%s", slurp("/proc/self/oom_adj"));
  CALL(put_text("/proc/self/oom_score_adj", "1001"));
  CALL(put_text("/proc/self/oom_score_adj", "x"));
  printf("%s", slurp("/proc/self/personality"));
  show_shape("schedstat", slurp("/proc/self/schedstat"));
  show_shape("wchan", slurp("/proc/self/wchan"));
  CALL(put_text("/proc/self/stat", "x"));
  CALL(open("/proc/self/nosuchfile", O_RDONLY));
  CALL(open("/proc/self/nosuchfile", O_WRONLY | O_CREAT, 0644));
  CALL(mkdir("/proc/self/dir", 0755));
  CALL(unlink("/proc/self/stat"));
  return 0;
}

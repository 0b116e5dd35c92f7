/* cgroup.freeze: processes stand still, can be moved and killed. */
#include "cgroup.h"

static volatile int *counter;

static pid_t counting(const char *procs) {
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
      ++*counter;
      sleep_ms(1);
    }
  }
  char text[20];
  snprintf(text, sizeof text, "%d", pid);
  put_text(procs, text);
  return pid;
}

static int moves(void) {
  int before = *counter;
  sleep_ms(60);
  return *counter != before;
}

static void wait_frozen(const char *name, int frozen) {
  char text[100], wanted[20];
  snprintf(wanted, sizeof wanted, "frozen %d", frozen);
  for (int i = 0; i < 200; i++) {
    int fd = open(name, O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    close(fd);
    if (strstr(text, wanted)) break;
    sleep_ms(5);
  }
  printf("%s\n", strstr(text, wanted) ? wanted : "not yet");
}

int main(void) {
  counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  own_cgroup();
  mkdir("a", 0755);
  mkdir("a/b", 0755);
  pid_t pid = counting("a/b/cgroup.procs");
  CALL(moves());
  show_file("a/cgroup.freeze");
  CALL(put_text("a/cgroup.freeze", "2"));
  CALL(put_text("a/cgroup.freeze", "x"));
  CALL(put_text("a/cgroup.freeze", "1"));
  wait_frozen("a/b/cgroup.events", 1);
  CALL(moves());
  show_file("a/b/cgroup.freeze");
  CALL(kill(pid, SIGUSR1));
  sleep_ms(20);
  int status;
  CALL(waitpid(pid, &status, 0) == pid); /* A fatal signal ends a frozen process. */
  show_status("frozen", status);
  CALL(put_text("a/cgroup.freeze", "0"));
  pid = counting("a/b/cgroup.procs");
  put_text("a/b/cgroup.freeze", "1");
  wait_frozen("a/b/cgroup.events", 1);
  CALL(moves());
  CALL(kill(pid, SIGKILL));
  waitpid(pid, &status, 0);
  show_status("killed while frozen", status);
  put_text("a/b/cgroup.freeze", "0");
  put_text("a/cgroup.freeze", "1");
  pid = counting("a/cgroup.procs");
  wait_frozen("a/cgroup.events", 1);
  CALL(moves());
  char text[20];
  snprintf(text, sizeof text, "%d", pid);
  CALL(put_text("../cgroup.procs", text));
  CALL(moves());
  end(pid);
  remove_cgroups((const char *[]){"a/b", "a", NULL});
  return 0;
}

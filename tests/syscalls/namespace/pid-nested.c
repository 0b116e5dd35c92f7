/* PID namespaces in one another: NSpid, /proc of each, and signals downwards only. */
#include "namespaces.h"

static void show_numbers(const char *who) {
  char line[200];
  FILE *file = fopen("/proc/self/status", "r");
  int count = 0;
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, "NSpid:", 6))
      for (char *word = strtok(line + 6, "\t\n"); word; word = strtok(NULL, "\t\n")) count++;
  fclose(file);
  printf("%s: %d numbers\n", who, count);
}

int main(void) {
  show_numbers("outside");
  if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) return 1;
  pid_t pid = clone_process(CLONE_NEWPID);
  if (pid == 0) {
    show_numbers("level 1, outer /proc");
    CALL(mount("proc", "/proc", "proc", 0, NULL));
    show_numbers("level 1");
    CALL(access("/proc/1/stat", F_OK));
    CALL(access("/proc/2", F_OK));
    char link[20];
    CALL(readlink("/proc/self", link, sizeof link));
    pid_t inner = clone_process(CLONE_NEWPID);
    if (inner == 0) {
      CALL(getpid());
      CALL(getppid());
      show_numbers("level 2, level 1's /proc");
      CALL(readlink("/proc/self", link, sizeof link));
      CALL(kill(2, 0));
      for (;;) pause();
    }
    sleep_ms(50);
    CALL(inner);
    CALL(kill(inner, SIGKILL));
    int status;
    CALL(waitpid(inner, &status, 0));
    show_status("inner", status);
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  return 0;
}

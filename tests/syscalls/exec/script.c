/* Interpreter scripts: the argument, blanks, nesting. */
#include "../check.h"

static char self[4096];

static void script(const char *name, const char *format, const char *what) {
  char text[5000];
  snprintf(text, sizeof text, format, what);
  put(name, text);
  chmod(name, 0755);
}

static void attempt(const char *title, char *path) {
  char *argv[] = {"zero", "a", "b c", NULL};
  printf("%s:\n", title);
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    execve(path, argv, NULL);
    printf(" %s\n", strerrorname_np(errno));
    _exit(1);
  }
  waitpid(pid, &status, 0);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf(" argc %d", argc);
    for (int i = 1; i < argc; i++) printf(" [%s]", argv[i]);
    printf("\n");
    return 0;
  }
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) return 1;
  script("plain", "#!%s", self);
  attempt("no newline", "./plain");
  script("one", "#!%s one argument only \nrest", self);
  attempt("one argument", "./one");
  script("blanks", "#! \t %s  -x\t\n", self);
  attempt("blanks", "./blanks");
  script("n0", "#!%s\n", self);
  char name[9], text[9];
  for (int i = 1; i <= 5; i++) {
    snprintf(name, sizeof name, "n%d", i);
    snprintf(text, sizeof text, "n%d", i - 1);
    script(name, "#!./%s\n", text);
  }
  attempt("nested 3", "./n3");
  attempt("nested 4", "./n4");
  attempt("nested 5", "./n5");
  int busy = open("one", O_WRONLY);
  attempt("open for writing", "./one");
  close(busy);
  return 0;
}

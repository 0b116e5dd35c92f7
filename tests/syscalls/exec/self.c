/* execve(2) of this program: what the new image gets and keeps. */
#include "../check.h"
#include <sys/auxv.h>
#include <sys/prctl.h>

extern char **environ;

static int child(int argc, char **argv) {
  char name[17] = "";
  prctl(PR_GET_NAME, name);
  printf("argc %d", argc);
  for (int i = 1; i < argc; i++) printf(" [%s]", argv[i]);
  for (char **e = environ; *e; e++) printf(" {%s}", *e);
  printf("\n comm %s, descriptors %d %d\n", name, fcntl(10, F_GETFD), fcntl(11, F_GETFD));
  printf(" page size %ld, tick %ld, secure %ld, platform %s\n", getauxval(AT_PAGESZ),
         getauxval(AT_CLKTCK), getauxval(AT_SECURE), (char *)getauxval(AT_PLATFORM));
  struct sigaction usr1, usr2;
  sigaction(SIGUSR1, NULL, &usr1);
  sigaction(SIGUSR2, NULL, &usr2);
  sigset_t mask, pending;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  sigpending(&pending);
  printf(" ignored %d, handled %d, blocked %d, pending %d\n", usr1.sa_handler == SIG_IGN,
         usr2.sa_handler == SIG_DFL, sigismember(&mask, SIGHUP), sigismember(&pending, SIGHUP));
  stack_t stack;
  sigaltstack(NULL, &stack);
  printf(" alternate stack %d, umask %o\n", stack.ss_flags, umask(0));
  return 7;
}

static void handler(int signo) { (void)signo; }
static void replace(void) {
  char *argv[] = {"self", "child", "two words", "", NULL}, *env[] = {"A=1", "B=", NULL};
  dup2(0, 10);
  dup2(0, 11);
  fcntl(10, F_SETFD, FD_CLOEXEC);
  signal(SIGUSR1, SIG_IGN);
  signal(SIGUSR2, handler);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGHUP);
  sigprocmask(SIG_BLOCK, &mask, NULL);
  raise(SIGHUP);
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, NULL);
  umask(027);
  execve("/proc/self/exe", argv, env);
}
static void no_argv(void) {
  char *env[] = {"NOARGV=1", NULL};
  syscall(SYS_execve, "/proc/self/exe", NULL, env);
}

int main(int argc, char **argv) {
  if (argc > 1) return child(argc, argv);
  if (getenv("NOARGV")) {
    printf("argc %d argv[0] '%s'\n", argc, argv[0] ? argv[0] : "(null)");
    return 8;
  }
  run("execve", replace);
  run("no argv", no_argv);
  return 0;
}

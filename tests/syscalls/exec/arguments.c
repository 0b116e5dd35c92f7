/* execve(2): argument and environment sizes, null vectors, bad pointers, the auxiliary vector. */
#include "../check.h"
#include <sys/auxv.h>
#include <sys/resource.h>
extern char **environ;
static char *self = "/proc/self/exe";
static void show(int argc, char **argv) {
  int count = 0;
  for (char **e = environ; *e != NULL; e++) count++;
  printf("argc %d argv[0] '%s' env %d\n", argc, argv[0] == NULL ? "(null)" : argv[0], count);
  printf("pagesz %ld clktck %ld uid %ld euid %ld secure %ld execfn %s random %d entry %d\n", getauxval(AT_PAGESZ),
         getauxval(AT_CLKTCK), getauxval(AT_UID), getauxval(AT_EUID), getauxval(AT_SECURE),
         (char *)getauxval(AT_EXECFN), getauxval(AT_RANDOM) != 0, getauxval(AT_ENTRY) != 0);
}
static char *none[] = {NULL}, *shown[] = {"show", NULL}, *bad[] = {"show", (char *)8, NULL};
static char *large[] = {"show", NULL, NULL};
static void null_vectors(void) { CALL(syscall(SYS_execve, self, NULL, NULL)); }
static void empty(void) { CALL(execve(self, none, none)); }
static void environment(void) { char *e[] = {"SHOW=1", "B=2", NULL}; CALL(execve(self, shown, e)); }
static void too_large(void) {
  char *text = malloc(140000);
  memset(text, 'x', 139999);
  text[139999] = 0;
  large[1] = text;
  CALL(execve(self, large, none));
  text[131071] = 0; /* One string may have 128 KiB with its NUL. */
  large[0] = "show";
  char *e[] = {"SHOW=1", NULL};
  CALL(execve(self, large, e));
}
static void too_many(void) {
  struct rlimit limit = {512 << 10, 512 << 10};
  setrlimit(RLIMIT_STACK, &limit);
  static char *many[20000];
  for (int i = 0; i < 19999; i++) many[i] = "0123456789";
  CALL(execve(self, many, none));
}
static void faults(void) {
  CALL(execve(self, bad, none));
  CALL(execve(self, BAD, none));
  CALL(execve(self, shown, BAD));
  CALL(execve(BAD, shown, none));
}
int main(int argc, char **argv) {
  if (getenv("SHOW") != NULL || argc == 0 || argv[0][0] == 0) { show(argc, argv); return 0; }
  run("null vectors", null_vectors);
  run("empty", empty);
  run("environment", environment);
  run("too large", too_large);
  run("too many", too_many);
  run("faults", faults);
  return 0;
}

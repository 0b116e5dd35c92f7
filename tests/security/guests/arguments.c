/* execve with very many and very long arguments. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

static char **list(int count, size_t size) {
  char *text = malloc(size + 1), **argv = malloc((count + 2) * sizeof *argv);
  memset(text, 'a', size);
  text[size] = 0;
  argv[0] = "x";
  for (int i = 1; i <= count; i++) argv[i] = text;
  argv[count + 1] = NULL;
  return argv;
}
static void try(const char *self, const char *what, char **argv, char **env) {
  int status;
  fflush(stdout);
  if (fork() == 0) {
    execve(self, argv, env);
    printf("%s: %s\n", what, strerrorname_np(errno));
    fflush(stdout);
    _exit(0);
  }
  wait(&status);
}

int main(int argc, char **argv) {
  if (strcmp(argv[0], "x") == 0) {
    printf("%d arguments, the last has %zu bytes\n", argc - 1, strlen(argv[argc - 1]));
    return 0;
  }
  char *none[] = {NULL};
  try(argv[0], "100000 of 1", list(100000, 1), none);
  try(argv[0], "1 of 131071", list(1, 131071), none);
  try(argv[0], "1 of 131072", list(1, 131072), none);
  try(argv[0], "15 of 131071", list(15, 131071), none);
  try(argv[0], "17 of 131071", list(17, 131071), none);
  try(argv[0], "400000 of 0", list(400000, 0), none);
  try(argv[0], "1 and a large environment", list(1, 1), list(1000000, 1));
  try(argv[0], "a bad list", (char **)8, none);
  try(argv[0], "an endless list", (char **)argv[0], none);
  return 0;
}

/* scheme FILE: evaluates what is in the file; what it displays is all that it prints. */
#include "scheme.h"

int main(int argc, char **argv) {
  if (argc != 2) fail("usage: scheme FILE");
  FILE *file = fopen(argv[1], "r");
  if (file == NULL) fail("cannot open the file");
  Value *env = cons(nil, nil), *x = nil;
  push_root(&env);
  push_root(&x);
  define_builtins(env);
  while ((x = read_value(file)) != NULL) eval(x, env);
  return fclose(file);
}

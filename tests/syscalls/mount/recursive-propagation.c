/* MS_REC with propagation types; binds and moves into shared mounts. */
#include "mounts.h"

int main(void) {
  private_mounts();
  for (const char **name = (const char *[]){"a", "b", "c", NULL}; *name; name++) mkdir(*name, 0755);
  mount("one", "a", "tmpfs", 0, NULL);
  mkdir("a/in", 0755);
  mkdir("a/to", 0755);
  mount("two", "a/in", "tmpfs", 0, NULL);
  CALL(mount(NULL, "a", NULL, MS_SHARED | MS_REC, NULL));
  show_mounts("all shared");
  CALL(mount("a", "b", NULL, MS_BIND | MS_REC, NULL));
  mount("three", "c", "tmpfs", 0, NULL);
  CALL(mount("c", "a/to", NULL, MS_BIND, NULL));
  show_mounts("bound into a shared mount");
  CALL(mount(NULL, "b", NULL, MS_SLAVE | MS_REC, NULL));
  show_mounts("all slaves");
  CALL(mount(NULL, "a", NULL, MS_PRIVATE | MS_REC, NULL));
  show_mounts("private again");
  return 0;
}

/* Slaves: they receive and send nothing; a shared slave passes on. */
#include "mounts.h"

int main(void) {
  private_mounts();
  for (const char **name = (const char *[]){"a", "b", "c", "d", NULL}; *name; name++) mkdir(*name, 0755);
  mount("base", "a", "tmpfs", 0, NULL);
  mkdir("a/x", 0755);
  mkdir("a/y", 0755);
  mount(NULL, "a", NULL, MS_SHARED, NULL);
  mount("a", "b", NULL, MS_BIND, NULL);
  CALL(mount(NULL, "b", NULL, MS_SLAVE, NULL));
  show_mounts("slave");
  CALL(mount("master's", "a/x", "tmpfs", 0, NULL));
  CALL(mount("slave's", "b/y", "tmpfs", 0, NULL));
  show_mounts("one way");
  CALL(umount("a/x"));
  show_mounts("taken off");
  CALL(umount("b/y"));
  CALL(mount(NULL, "b", NULL, MS_SHARED, NULL));
  CALL(mount("b", "c", NULL, MS_BIND, NULL));
  CALL(mount("c", "d", NULL, MS_BIND, NULL));
  CALL(mount(NULL, "d", NULL, MS_SLAVE, NULL));
  show_mounts("shared slaves and a slave's slave");
  CALL(mount("from the top", "a/x", "tmpfs", 0, NULL));
  CALL(mount("from the middle", "c/y", "tmpfs", 0, NULL));
  show_mounts("passed on");
  CALL(umount("a/x"));
  CALL(umount("b/y"));
  show_mounts("all gone");
  CALL(umount("a"));
  show_mounts("the master has gone");
  CALL(mount(NULL, "b", NULL, MS_PRIVATE, NULL));
  CALL(umount("c"));
  show_mounts("private");
  return 0;
}

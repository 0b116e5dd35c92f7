/* fspick(2): reconfiguring a filesystem that is mounted. */
#include "api.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mount("one", "a", "tmpfs", 0, NULL);
  put("a/file", "text");
  int fs = DONE(fspick_(AT_FDCWD, "a", 1));
  CALL(fsconfig_(fs, SET_FLAG, "ro", NULL, 0));
  CALL(open("a/file", O_WRONLY) >= 0);
  for (int fd = 3; fd < 10; fd++) if (fd != fs) close(fd);
  CALL(fsconfig_(fs, RECONFIGURE, NULL, NULL, 0));
  CALL(open("a/file", O_WRONLY));
  CALL(fsconfig_(fs, SET_FLAG, "rw", NULL, 0));
  CALL(fsconfig_(fs, RECONFIGURE, NULL, NULL, 0));
  DONE(open("a/file", O_WRONLY));
  CALL(fsconfig_(fs, CREATE, NULL, NULL, 0));
  CALL(fsmount_(fs, 0, 0));
  return 0;
}

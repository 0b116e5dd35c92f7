/* devpts: each mount has pseudo-terminals of its own; mode, gid and ptmxmode. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("p", 0755);
  mkdir("q", 0755);
  CALL(mount("x", "p", "devpts", 0, "newinstance,ptmxmode=0666,mode=0620,gid=5"));
  CALL(mount("y", "q", "devpts", 0, "max=1"));
  struct stat st;
  stat("p/ptmx", &st);
  printf("%o %x\n", st.st_mode, (int)st.st_rdev);
  stat("q/ptmx", &st);
  printf("%o\n", st.st_mode);
  int master = open("p/ptmx", O_RDWR | O_NOCTTY);
  CALL(has("p/0"));
  CALL(has("q/0"));
  stat("p/0", &st);
  printf("%o %d:%d\n", st.st_mode, st.st_uid, st.st_gid);
  int other = open("q/ptmx", O_RDWR | O_NOCTTY);
  stat("q/0", &st);
  printf("%o %d:%d\n", st.st_mode, st.st_uid, st.st_gid);
  CALL(open("q/ptmx", O_RDWR | O_NOCTTY));
  CALL(close(master));
  CALL(has("p/0"));
  CALL(close(other));
  CALL(mount("x", "p", "devpts", 0, "mode=9"));
  CALL(mount("x", "p", "devpts", 0, "what=9"));
  CALL(mkdir("p/d", 0755));
  CALL(unlink("p/ptmx"));
  show_mounts("options are the filesystem's");
  return 0;
}

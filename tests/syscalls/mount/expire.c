/* umount2(2) with MNT_EXPIRE: the second time, if nobody has been there. */
#include "mounts.h"

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mount("one", "a", "tmpfs", 0, NULL);
  CALL(umount2("a", MNT_EXPIRE | MNT_FORCE));
  int fd = open("a", O_RDONLY);
  CALL(umount2("a", MNT_EXPIRE));
  close(fd);
  CALL(umount2("a", MNT_EXPIRE));
  fd = open("a", O_RDONLY);
  close(fd);
  CALL(umount2("a", MNT_EXPIRE));
  CALL(umount2("a", MNT_EXPIRE));
  CALL(umount2("a", MNT_EXPIRE));
  return 0;
}

/* O_TMPFILE: the folder must let one write and search. */
#include "../files.h"

static void tries(void) {
  become(1000, 1000);
  for (int mode = 0; mode < 8; mode++) {
    char name[2] = {(char)('0' + mode), 0};
    printf("%d ", mode);
    int fd = open(name, O_TMPFILE | O_WRONLY, 0600);
    printf("%s ", fd < 0 ? strerrorname_np(errno) : "made");
    fd = open(name, O_TMPFILE | O_NOFOLLOW | 3, 0600);
    printf("%s\n", fd < 0 ? strerrorname_np(errno) : "made");
  }
}

int main(void) {
  mount_tmpfs("t", "mode=755");
  if (chdir("t")) return 1;
  for (int mode = 0; mode < 8; mode++) {
    char name[2] = {(char)('0' + mode), 0};
    mkdir(name, 0700);
    chmod(name, mode);
  }
  run("others", tries);
  CALL(mount(NULL, ".", NULL, MS_REMOUNT | MS_RDONLY, NULL));
  CALL(open("7", O_TMPFILE | O_WRONLY, 0600));
  CALL(chdir(".."));
  CALL(umount("t"));
  return 0;
}

/* The mode of a new file: umask, special bits, set-group-ID directories. */
#include "../files.h"

static void made(const char *name, int mode) {
  int fd = open(name, O_CREAT | O_RDWR, mode);
  show(name);
  if (write(fd, "x", 1) != 1) printf("write failed\n"); /* The mode holds for later opens only. */
  close(fd);
}

static void as_member(void) {
  become(1000, 1000);
  made("shared/m", 02775);
  made("shared/n", 02765);
  made("shared/o", 06711);
  mkdir("shared/sub", 0700);
  show("shared/sub");
}

static void as_group(void) {
  become(1000, 1234);
  made("shared/g", 02775);
}

int main(void) {
  chmod(".", 0755);
  umask(0);
  made("a", 07777);
  made("b", 0);
  made("c", 0177777);
  umask(027);
  made("d", 0666);
  made("e", 04777);
  mkdir("f", 07777);
  show("f");
  mknod("g", S_IFIFO | 0666, 0);
  show("g");
  CALL(umask(01777));
  CALL(umask(0));
  CALL(umask(022));
  made("existing", 0600);
  made("existing", 0644);
  mkdir("shared", 0777);
  if (chown("shared", 0, 1234)) return 1;
  chmod("shared", 02777);
  umask(0);
  made("shared/r", 02775);
  run("member", as_member);
  run("group", as_group);
  if (symlink("x", "s")) return 1;
  show("s");
  if (symlink("x", "shared/s")) return 1;
  show("shared/s");
  return 0;
}

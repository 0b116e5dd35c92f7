/* Names that come and go while a directory is read: what is gone is not shown, what stays is shown once. */
#include "../files.h"
#include <dirent.h>

static int fd;
static char buffer[512];

static int records(int n) {
  int count = 0;
  for (int at = 0; at < n; count++) at += ((struct dirent64 *)(buffer + at))->d_reclen;
  return count;
}

int main(void) {
  char name[20], first[20] = "";
  int seen = 0, gone = 0, n;
  mount_tmpfs("t", "");
  if (chdir("t")) return 1;
  for (int i = 0; i < 100; i++) {
    snprintf(name, sizeof name, "n%02d", i);
    put(name, "");
  }
  fd = open(".", O_RDONLY);
  n = syscall(SYS_getdents64, fd, buffer, sizeof buffer);
  seen = records(n) - 2; /* Without "." and "..". */
  for (int at = 0; at < n;) {
    struct dirent64 *e = (void *)(buffer + at);
    if (e->d_name[0] == 'n' && !*first) strcpy(first, e->d_name);
    at += e->d_reclen;
  }
  CALL(seen > 5 && seen < 30);
  /* Every second name of those not read yet goes. */
  int step = first[1] == '9' ? -1 : 1, at = atoi(first + 1);
  for (int i = at + step * seen; i >= 0 && i < 100; i += 2 * step) {
    snprintf(name, sizeof name, "n%02d", i);
    if (unlink(name)) return 1;
    gone++;
  }
  while ((n = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
    for (int k = 0; k < n;) {
      struct dirent64 *e = (void *)(buffer + k);
      if (access(e->d_name, F_OK)) printf("%s is gone\n", e->d_name);
      seen++;
      k += e->d_reclen;
    }
  CALL(seen + gone);
  CALL(syscall(SYS_getdents64, fd, buffer, sizeof buffer));
  if (chdir("..")) return 1;
  umount2("t", MNT_DETACH);
  return 0;
}

/* getdents64(2): what is made after "." was told, and before the first name, is seen. */
#include "../files.h"
#include <dirent.h>

static char buffer[1000];

static void some(int fd, size_t size) {
  long n = syscall(SYS_getdents64, fd, buffer, size);
  printf("%ld:", n);
  for (long at = 0; at < n;) {
    struct dirent64 *entry = (struct dirent64 *)(buffer + at);
    printf(" %s", entry->d_name);
    at += entry->d_reclen;
  }
  puts("");
}

int main(void) {
  mount_tmpfs("t", "mode=755");
  if (chdir("t")) return 1;
  mkdir("d", 0755);
  put("d/zero", "x");
  int fd = open("d", O_RDONLY | O_DIRECTORY);
  some(fd, 24);
  put("d/one", "x");
  some(fd, sizeof buffer);
  some(fd, sizeof buffer);
  CALL(chdir(".."));
  CALL(umount2("t", MNT_DETACH));
  return 0;
}

/* getdents64(2) where an entry's padding would lie behind what can be written: padding is not written. */
#include "../check.h"
#include <dirent.h>

int main(void) {
  long page = sysconf(_SC_PAGESIZE);
  char *end = (char *)mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + page;
  munmap(end, page);
  mkdir("d", 0755);
  int d = open("d", O_RDONLY | O_DIRECTORY);
  for (int room = 18; room <= 26; room++) {
    lseek(d, 0, SEEK_SET);
    printf("%d: ", room);
    memset(end - room, 0xff, room);
    CALL(syscall(SYS_getdents64, d, end - room, 4096));
    printf("%d ", room);
    lseek(d, 0, SEEK_SET);
    CALL(syscall(SYS_getdents, d, end - room, 4096));
  }
  char buffer[64];
  memset(buffer, 0x55, sizeof buffer);
  lseek(d, 0, SEEK_SET);
  CALL(syscall(SYS_getdents64, d, buffer, 30));
  CALL(buffer[20]);
  CALL(buffer[21]);
  CALL(buffer[23]);
  return 0;
}

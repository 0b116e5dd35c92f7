/* getgroups(2), setgroups(2): sorted, limits, bad addresses; supplementary groups at work. */
#include "../check.h"
#include <grp.h>
int main(void) {
  gid_t set[5] = {50, 10, 30, 10, 0}, got[16];
  CALL(setgroups(5, set));
  CALL(getgroups(0, NULL));
  CALL(getgroups(4, got));
  CALL(getgroups(16, got));
  for (int i = 0; i < 5; i++) printf("%d ", (int)got[i]);
  printf("\n");
  CALL(syscall(SYS_getgroups, 16, BAD));
  set[0] = -1;
  CALL(setgroups(1, set));
  CALL(setgroups(65537, set));
  long page = sysconf(_SC_PAGESIZE);
  char *end = (char *)mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + page;
  munmap(end, page);
  CALL(setgroups(3, (gid_t *)end - 2)); /* Two numbers and then nothing; or a wrong one before. */
  ((gid_t *)end)[-1] = -1;
  CALL(setgroups(3, (gid_t *)end - 2));
  CALL(syscall(SYS_setgroups, -1, set));
  put("file", "x");
  CALL(chown("file", 0, 30));
  CALL(chmod("file", 0040));
  CALL(chmod(".", 0755));
  CALL(setresuid(7, 7, 7));
  CALL(open("file", O_RDONLY) >= 0);
  CALL(open("file", O_WRONLY));
  CALL(setgroups(0, NULL));
  CALL(getgroups(16, got));
  return 0;
}

/* splice(2) stores the offset also when it has moved nothing; copy_file_range(2) does not; sendfile(2) always. */
#include "../check.h"

#include <sys/sendfile.h>

int main(void) {
  int fds[2];
  pipe2(fds, O_NONBLOCK);
  loff_t *locked = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *locked = 4096;
  mprotect(locked, 4096, PROT_READ);
  int empty = memfd_create("empty", 0), full = memfd_create("full", 0);
  write(full, "0123456789", 10);
  loff_t far = 100;
  CALL(splice(empty, &far, fds[1], NULL, 9, 0));
  CALL(far);
  CALL(splice(empty, locked, fds[1], NULL, 9, 0));
  CALL(splice(full, locked, fds[1], NULL, 9, 0));
  CALL(splice(full, locked, fds[1], NULL, 0, 0));
  CALL(splice(fds[0], NULL, empty, locked, 9, 0));
  CALL(write(fds[1], "abc", 3));
  CALL(splice(fds[0], NULL, empty, locked, 9, 0));
  CALL(lseek(empty, 0, SEEK_END));
  CALL(copy_file_range(full, locked, empty, NULL, 9, 0));
  CALL(sendfile(fds[1], full, locked, 9));
  close(fds[1]);
  CALL(splice(fds[0], NULL, empty, locked, 9, 0));
  CALL(splice(fds[0], NULL, empty, &far, 9, 0));
  return 0;
}

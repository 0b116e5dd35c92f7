/* readv(2) into buffers that overlap, where a later one cannot be written: only what was read is put there. */
#include "../check.h"
#include <sys/uio.h>

int main(void) {
  long page = sysconf(_SC_PAGESIZE);
  char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(p + page, page);
  int fds[2];
  CALL(pipe(fds));
  char text[300];
  memset(text, 'x', sizeof text);
  memset(p, '.', page);
  CALL(write(fds[1], text, 250));
  struct iovec iov[] = {{p, 100}, {p + 300, 200}, {p + 350, 100}, {p + page - 4, 100}, {p + 310, 50}};
  CALL(readv(fds[0], iov, 5));
  int n = 0;
  for (int i = 0; i < page; i++) n += p[i] == 'x';
  CALL(n);
  for (int i = 300; i < 500; i += 10) putchar(p[i]);
  putchar('\n');
  memset(p, '.', page);
  CALL(write(fds[1], text, 300));
  CALL(readv(fds[0], iov + 2, 3));
  n = 0;
  for (int i = 0; i < page; i++) n += p[i] == 'x';
  CALL(n);

  /* What is copied of the page behind comes over it, though it looks like what was there before. */
  CALL(read(fds[0], p, page));
  memset(p, '.', page);
  CALL(write(fds[1], text, 300));
  fcntl(fds[1], F_SETFL, O_DIRECT);
  memset(text, '.', sizeof text);
  CALL(write(fds[1], text, 100));
  struct iovec over[] = {{p, 300}, {p + 10, 80}, {NULL, 20}};
  fcntl(fds[1], F_SETFL, 0);
  CALL(readv(fds[0], over, 3));
  n = 0;
  for (int i = 0; i < page; i++) n += p[i] == 'x';
  CALL(n);
  return 0;
}

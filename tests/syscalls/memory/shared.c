/* MAP_SHARED: between processes, with read(2) and write(2), beyond the end of the file. */
#include "../check.h"

#define P 4096
static char *f;
static void touch(void) { f[P] = 1; }
static void touch_0(void) { f[0] = 1; }

int main(void) {
  char *s = mmap(NULL, 2 * P, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (fork() == 0) {
    s[0] = 11;
    s[P] = 12;
    _exit(0);
  }
  wait(NULL);
  printf("%d %d\n", s[0], s[P]);
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  if (write(fd, "hello", 5) != 5) return 1;
  f = mmap(NULL, 3 * P, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *private = mmap(NULL, P, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0), buffer[6] = "";
  printf("%.5s %d\n", f, f[100]);
  run("beyond the end", touch);
  f[0] = 'J';
  CALL(pread(fd, buffer, 5, 0));
  printf("%s %.5s\n", buffer, private);
  private[1] = 'X';
  CALL(pwrite(fd, "ELLO", 4, 1));
  printf("%.5s %.5s\n", f, private);
  CALL(ftruncate(fd, 2 * P));
  run("grown", touch);
  printf("%d\n", f[P]);
  CALL(ftruncate(fd, 0));
  run("shrunk", touch_0);
  CALL(ftruncate(fd, P));
  printf("%d\n", f[0]);
  CALL(read(fd, f + 10, 5));
  f[0] = 'A';
  CALL(lseek(fd, 0, SEEK_SET));
  CALL(read(fd, f + 10, 5)); /* From a page into itself. */
  printf("%c\n", f[10]);
  return 0;
}

/* FIFOs: who waits for whom, O_NONBLOCK, O_RDWR, hang-ups, through /proc. */
#include "../check.h"
#include <poll.h>

static void show(const char *who, int fd) {
  struct pollfd p = {fd, POLLIN | POLLOUT, 0};
  poll(&p, 1, 0);
  printf("%s: %x\n", who, p.revents);
}

int main(void) {
  char text[10];
  mkfifo("f", 0600);
  CALL(open("f", O_WRONLY | O_NONBLOCK));
  int reader = open("f", O_RDONLY | O_NONBLOCK);
  show("before any writer", reader);
  CALL(read(reader, text, 10));
  int writer = open("f", O_WRONLY | O_NONBLOCK);
  show("reader", reader);
  show("writer", writer);
  CALL(read(reader, text, 10));
  CALL(write(writer, "abc", 3));
  show("full reader", reader);
  close(writer);
  show("writer gone", reader);
  CALL(read(reader, text, 10));
  show("and empty", reader);
  CALL(read(reader, text, 10));
  int both = open("f", O_RDWR);
  show("both", both);
  CALL(write(both, "xy", 2));
  CALL(read(both, text, 10));
  close(reader);
  show("both alone", both);
  CALL(write(both, "z", 1));
  close(both);
  reader = open("f", O_RDONLY | O_NONBLOCK);
  CALL(read(reader, text, 10)); /* What was inside went with the last end. */
  CALL(lseek(reader, 0, SEEK_SET));
  CALL(pread(reader, text, 1, 0));
  CALL(ftruncate(reader, 0));
  CALL(write(reader, "x", 1));
  int p[2];
  if (pipe(p)) return 1;
  char path[40];
  snprintf(path, sizeof path, "/proc/self/fd/%d", p[0]);
  writer = open(path, O_WRONLY);
  CALL(write(writer, "proc", 4));
  CALL(read(p[0], text, 10));
  CALL(open(path, O_RDWR) >= 0);
  struct stat st;
  CALL(fstat(p[0], &st));
  printf("%o %d\n", st.st_mode, (int)st.st_size);
  CALL(fchmod(p[0], 0640));
  CALL(fstat(p[1], &st));
  printf("%o\n", st.st_mode);
  return 0;
}
